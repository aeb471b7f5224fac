import { take } from "@nexus/api";
import { queryOptions } from "@tanstack/react-query";
import { publicGateway } from "../data/clients";

/** Which app asked for what, when somebody was sent here by one. */
export function interactionQuery(id: string) {
  return queryOptions({
    queryKey: ["interaction", id],
    queryFn: ({ signal }) =>
      take(publicGateway.GET("/api/v1/interaction/{id}", { params: { path: { id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Says yes or no to the app that asked, and goes where the server says. */
export async function decide(id: string, decision: "allow" | "deny"): Promise<void> {
  const { redirect_to, form } = await take(
    publicGateway.POST("/api/v1/interaction/{id}", { params: { path: { id } }, body: { decision } }),
  );
  if (form === undefined || form === null) {
    window.location.replace(redirect_to);
  } else {
    post(redirect_to, form);
  }
}

/** Goes there with a form, for apps that take their answer that way (OAuth 2.0 Form Post Response Mode). */
function post(action: string, fields: Record<string, string>): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

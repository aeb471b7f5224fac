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
  const { redirect_to } = await take(
    publicGateway.POST("/api/v1/interaction/{id}", { params: { path: { id } }, body: { decision } }),
  );
  window.location.assign(redirect_to);
}

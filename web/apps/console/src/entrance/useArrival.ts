import { take } from "@nexus/api";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { auth } from "../data/auth";
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

export function useInteraction(id: string | undefined) {
  return useQuery({ ...interactionQuery(id ?? ""), enabled: id !== undefined });
}

/** Goes on to where somebody came from who has just signed in: back to the app that asked, or into the console. */
export async function arrive(interaction: string | undefined, next: string): Promise<void> {
  if (interaction === undefined) {
    await auth.begin(next);
    return;
  }
  await decide(interaction, "allow");
}

/** Says yes or no to the app that asked, and goes where the server says. */
export async function decide(id: string, decision: "allow" | "deny"): Promise<void> {
  const { redirect_to } = await take(
    publicGateway.POST("/api/v1/interaction/{id}", { params: { path: { id } }, body: { decision } }),
  );
  window.location.assign(redirect_to);
}

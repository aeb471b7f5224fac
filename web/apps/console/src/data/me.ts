import { type GatewaySchemas, take } from "@nexus/api";
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { gateway } from "./clients";

export type Me = GatewaySchemas["Session"];

/** The signed-in person and what the access token allows. */
export const me = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/session", { signal })),
  staleTime: 60_000,
});

/** Within the signed-in part of the app, where it has been fetched before anything is shown. */
export function useMe(): Me {
  return useSuspenseQuery(me).data;
}

/** Whether the signed-in person may do something that needs this scope. */
export function useAllowed(scope: string): boolean {
  return useMe().scopes.includes(scope);
}

import { take } from "@nexus/api";
import { queryOptions } from "@tanstack/react-query";
import { publicGateway } from "../data/clients";

/** Who may make an account here. */
export const signUpRules = queryOptions({
  queryKey: ["sign-up"],
  queryFn: ({ signal }) => take(publicGateway.GET("/api/v1/sign-up", { signal })),
  staleTime: 60_000,
});

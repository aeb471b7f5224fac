import { take } from "@nexus/api";
import { queryOptions } from "@tanstack/react-query";
import { publicGateway } from "../../data/clients";

/** What each plan allows, the cheapest first. */
export const plans = queryOptions({
  queryKey: ["plans"],
  queryFn: ({ signal }) => take(publicGateway.GET("/api/v1/plans", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

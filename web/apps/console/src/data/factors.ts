import { take } from "@nexus/api";
import { queryOptions } from "@tanstack/react-query";
import { gateway } from "./clients";

/** Which second factors the signed-in person has. */
export const factors = queryOptions({
  queryKey: ["me", "factors"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/me/factors", { signal })),
});

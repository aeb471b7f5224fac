import { type GatewaySchemas, take } from "@nexus/api";
import { queryOptions } from "@tanstack/react-query";
import { gateway } from "../../data/clients";

export type SystemStatus = GatewaySchemas["SystemStatus"];
export type Alarm = GatewaySchemas["Alarm"];
export type ServiceStatus = GatewaySchemas["ServiceStatus"];
export type ChecksReport = GatewaySchemas["ChecksReport"];
export type CheckFinding = GatewaySchemas["CheckFinding"];

const POLL_MS = 2_000;

/** How the platform is doing; the server looks every two seconds. */
export const system = queryOptions({
  queryKey: ["system"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/system", { signal })),
  refetchInterval: POLL_MS,
});

/** What the last run of the checks found. */
export const checks = queryOptions({
  queryKey: ["checks"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/system/checks", { signal })),
});

export function runChecks(): Promise<ChecksReport> {
  return take(gateway.POST("/api/v1/system/checks"));
}

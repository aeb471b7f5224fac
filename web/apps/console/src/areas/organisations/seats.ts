import type { GatewaySchemas } from "@nexus/api";

export type PlanCode = GatewaySchemas["PlanCode"];
export type Entitlements = GatewaySchemas["Entitlements"];

/** `HOLLYWOOD` is called Hollywood. */
export function planName(plan: PlanCode): string {
  return plan.charAt(0) + plan.slice(1).toLowerCase();
}

/** The cheapest of the plans that has more seats than are taken. */
export function planWithRoom(known: readonly Entitlements[], taken: number): PlanCode | undefined {
  return known.find(({ limits: { users } }) => users === "unlimited" || users > taken)?.plan;
}

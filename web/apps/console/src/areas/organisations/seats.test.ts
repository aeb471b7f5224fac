import { expect, test } from "vitest";
import { type Entitlements, planName, planWithRoom } from "./seats";

function plan(code: Entitlements["plan"], users: Entitlements["limits"]["users"]): Entitlements {
  return { plan: code, features: [], limits: { stream_height: 720, render_height: 0, users } };
}

const PLANS = [plan("FREE", 1), plan("CREATOR", 3), plan("ENTERPRISE", "unlimited")];

test.each([
  [0, "FREE"],
  [1, "CREATOR"],
  [3, "ENTERPRISE"],
  [900, "ENTERPRISE"],
] as const)("with %i seats taken there is room in %s", (taken, code) => {
  expect(planWithRoom(PLANS, taken)).toBe(code);
});

test("plans have names", () => {
  expect(planName("HOLLYWOOD")).toBe("Hollywood");
});

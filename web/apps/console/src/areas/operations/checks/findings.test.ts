import { expect, test } from "vitest";
import type { CheckFinding } from "../system";
import { byArea, needsAttention } from "./findings";

function finding(area: string, outcome: CheckFinding["outcome"], required = true): CheckFinding {
  return { id: "PF-X-001", area, title: "it is well", required, subject: "", outcome, evidence: "", remedy: "" };
}

test.each([
  ["failed", true, true],
  ["failed", false, true],
  ["warning", false, true],
  ["skipped", true, true],
  ["skipped", false, false],
  ["planned", true, false],
  ["passed", true, false],
] as const)("%s, required: %s needs attention: %s", (outcome, required, expected) => {
  expect(needsAttention(finding("Host", outcome, required))).toBe(expected);
});

test("headings keep their order", () => {
  const found = [finding("Host", "passed"), finding("TLS", "passed"), finding("Host", "failed")];
  expect(byArea(found).map(([area, of]) => [area, of.length])).toEqual([
    ["Host", 2],
    ["TLS", 1],
  ]);
});

import type { CheckFinding } from "../system";

/** Failed, warned, or left out although it is required. */
export function needsAttention({ outcome, required }: CheckFinding): boolean {
  return outcome === "failed" || outcome === "warning" || (outcome === "skipped" && required);
}

/** Findings under their headings, in the order of the catalogue. */
export function byArea(findings: readonly CheckFinding[]): ReadonlyArray<readonly [string, readonly CheckFinding[]]> {
  const areas = [...new Set(findings.map(({ area }) => area))];
  return areas.map((area) => [area, findings.filter((finding) => finding.area === area)]);
}

import { type Status, StatusBadge } from "@nexus/ui";
import type { CheckFinding } from "../system";
import { needsAttention } from "./findings";

const OUTCOME: Record<CheckFinding["outcome"], { status: Status; word: string }> = {
  passed: { status: "normal", word: "Passed" },
  failed: { status: "serious", word: "Failed" },
  warning: { status: "caution", word: "Warning" },
  skipped: { status: "unknown", word: "Skipped" },
  planned: { status: "off", word: "Planned" },
};

/** What was found, with the evidence, and with the remedy where something is to be done. */
export function FindingList({ findings }: { findings: readonly CheckFinding[] }) {
  return (
    <ul className="divide-y divide-line">
      {findings.map((finding) => (
        <li key={`${finding.id} ${finding.subject}`} className="flex flex-wrap items-start gap-x-4 gap-y-1 px-5 py-3.5 sm:px-6">
          <span className="basis-24">
            <StatusBadge status={OUTCOME[finding.outcome].status}>{OUTCOME[finding.outcome].word}</StatusBadge>
          </span>
          <div className="min-w-0 flex-1 basis-60">
            <p className="wrap-anywhere first-letter:uppercase">
              {finding.title}
              {finding.subject !== "" && <span className="text-text-soft">: {finding.subject}</span>}
            </p>
            {finding.evidence !== "" && <p className="mt-0.5 text-sm text-text-faint wrap-anywhere">{finding.evidence}</p>}
            {needsAttention(finding) && (
              <p className="mt-1 text-[0.9375rem] leading-relaxed text-text-soft">
                <span className="font-medium text-text">What to do: </span>
                {finding.remedy}
              </p>
            )}
          </div>
          <span className="font-mono text-sm text-text-faint">{finding.id}</span>
        </li>
      ))}
    </ul>
  );
}

import { announce, Button, Checkbox, Empty, FormError, Loading, Page, Panel, StatusBadge, Time } from "@nexus/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, ListChecks } from "lucide-react";
import { useState } from "react";
import { failureLine } from "../../../data/failure";
import { QueryView } from "../../../data/QueryView";
import { checks, type ChecksReport, runChecks } from "../system";
import { FindingList } from "./FindingList";
import { byArea, needsAttention } from "./findings";

/** The same checks as `nexus validate`, run from here. */
export function Checks() {
  const client = useQueryClient();
  const query = useQuery(checks);
  const run = useMutation({
    mutationFn: runChecks,
    onSuccess: (report) => {
      client.setQueryData(checks.queryKey, { running: false, report });
      announce(report.passed ? "All checks passed" : "Some checks failed");
    },
  });
  return (
    <Page
      title="System checks"
      description={
        <>
          Looks at the platform from the disk to the live list, as <code className="text-sm">nexus validate</code> does, and says
          what to do about what is wrong.
        </>
      }
      actions={
        <Button kind="strong" busy={run.isPending} onClick={() => run.mutate()}>
          {run.isPending ? "Checking…" : "Run checks"}
        </Button>
      }
    >
      {run.isError && <FormError>{failureLine(run.error)}</FormError>}
      {run.isPending && (
        <Panel title="Checking" padding="flush">
          <Loading label="The checks are running; they take a few seconds" rows={6} />
        </Panel>
      )}
      {!run.isPending && (
        <QueryView query={query} what="the last checks">
          {({ report }) => (report == null ? <NotYet onRun={() => run.mutate()} /> : <Report report={report} />)}
        </QueryView>
      )}
    </Page>
  );
}

function NotYet({ onRun }: { onRun: () => void }) {
  return (
    <Panel title="No checks yet" padding="flush">
      <Empty icon={ListChecks} title="The checks have not been run since the server was started" actions={<Button onClick={onRun}>Run them now</Button>} />
    </Panel>
  );
}

function Report({ report }: { report: ChecksReport }) {
  const [onlyAttention, setOnlyAttention] = useState(!report.passed);
  const attention = report.findings.filter(needsAttention);
  const shown = onlyAttention ? attention : report.findings;
  return (
    <>
      <Panel
        title={report.passed ? "The platform is fit for use" : "The platform is not fit for use"}
        description={
          <>
            {summary(report)} <Time at={report.at} />, in {report.seconds.toFixed(1)} s.
          </>
        }
        actions={<StatusBadge status={report.passed ? "normal" : "serious"}>{report.passed ? "All required checks passed" : "Required checks failed"}</StatusBadge>}
      >
        <Checkbox
          label={`Only what needs attention (${attention.length})`}
          checked={onlyAttention}
          onChange={setOnlyAttention}
        />
      </Panel>
      {shown.length === 0 ? (
        <Panel title="Nothing to show" padding="flush">
          <Empty icon={CircleCheck} title="Nothing needs attention" />
        </Panel>
      ) : (
        byArea(shown).map(([area, findings]) => (
          <Panel key={area} title={area} padding="flush">
            <FindingList findings={findings} />
          </Panel>
        ))
      )}
    </>
  );
}

function summary({ findings }: ChecksReport): string {
  const count = (outcome: string): number => findings.filter((finding) => finding.outcome === outcome).length;
  const warnings = count("warning");
  return `${count("passed")} passed, ${count("failed")} failed, ${warnings} ${warnings === 1 ? "warning" : "warnings"}, ${count("skipped")} skipped,`;
}

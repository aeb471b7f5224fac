import { take } from "@nexus/api";
import { Button, Panel } from "@nexus/ui";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";

/** Everything that is kept about oneself, as a file. */
export function ExportPanel() {
  const save = useAction(() => take(gateway.POST("/api/v1/me/export")), download);
  const failure = failureOf(save);
  return (
    <Panel
      title="Your data"
      description="Everything that is kept about you in one JSON file: your account, sessions, keys, organisations, and what the audit log says of you."
      actions={<Button busy={save.isPending} onClick={() => save.mutate()}>Download my data</Button>}
    >
      {failure !== undefined && <p className="text-sm text-serious">{failure}</p>}
    </Panel>
  );
}

function download(everything: Readonly<Record<string, unknown>>): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(everything, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "nexus-account.json";
  link.click();
  URL.revokeObjectURL(address);
}

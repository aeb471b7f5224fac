import { take } from "@nexus/api";
import { Button, Panel } from "@nexus/ui";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";

/** What is kept about one's account, as a file. */
export function ExportPanel() {
  const save = useAction(() => take(gateway.POST("/api/v1/me/export")), download);
  const failure = failureOf(save);
  return (
    <Panel
      title="Your data"
      description="What is kept about your account in one JSON file: sessions, keys, organisations, and what the audit log says of you. Streams and recordings are not in it."
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

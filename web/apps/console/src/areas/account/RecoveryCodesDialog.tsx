import { Button, Checkbox, CopyButton, Dialog } from "@nexus/ui";
import { Download, Printer } from "lucide-react";
import { useState } from "react";

/** The recovery codes, shown this once. */
export function RecoveryCodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const [kept, setKept] = useState(false);
  const text = codes.join("\n");
  return (
    <Dialog
      open
      onClose={onClose}
      dismissible={false}
      title="Keep your recovery codes"
      description="Each works once in place of the second step. They are not shown again: print them, or keep them with your passwords."
      actions={
        <Button kind="strong" disabled={!kept} onClick={onClose}>
          Done
        </Button>
      }
    >
      <ul aria-label="Recovery codes" className="printed grid grid-cols-2 gap-x-6 gap-y-2 rounded-control border border-line bg-sunken p-4 font-mono text-[0.9375rem] select-all">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <CopyButton value={text} label="Copy" />
        <Button size="small" onClick={() => download(text)}>
          <Download aria-hidden className="size-4" />
          Download
        </Button>
        <Button size="small" onClick={() => window.print()}>
          <Printer aria-hidden className="size-4" />
          Print
        </Button>
      </div>
      <Checkbox label="I have kept them in a safe place" checked={kept} onChange={setKept} />
    </Dialog>
  );
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([`Recovery codes for ${window.location.host}\n\n${text}\n`], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "nexus-recovery-codes.txt";
  link.click();
  URL.revokeObjectURL(url);
}

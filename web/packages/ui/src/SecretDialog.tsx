import type { ReactNode } from "react";
import { useState } from "react";
import { Button } from "./Button";
import { Checkbox } from "./Checkbox";
import { CopyField } from "./CopyField";
import { Dialog } from "./Dialog";

interface SecretDialogProps {
  title: string;
  /** What it is for, and that it is not shown again. */
  description: ReactNode;
  /** What is to be taken away. */
  values: ReadonlyArray<{ label: string; value: string }>;
  onClose: () => void;
  children?: ReactNode;
}

/** A secret that is shown this once: it closes when the person says that it is kept, and not by a slip. */
export function SecretDialog({ title, description, values, onClose, children }: SecretDialogProps) {
  const [kept, setKept] = useState(false);
  return (
    <Dialog
      open
      onClose={onClose}
      dismissible={false}
      title={title}
      description={description}
      actions={
        <Button kind="strong" disabled={!kept} onClick={onClose}>
          Done
        </Button>
      }
    >
      {values.map(({ label, value }) => (
        <CopyField key={label} label={label} value={value} />
      ))}
      {children}
      <Checkbox label="I have kept it in a safe place" checked={kept} onChange={setKept} />
    </Dialog>
  );
}

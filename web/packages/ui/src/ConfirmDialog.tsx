import type { ReactNode } from "react";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { FormError } from "./FormError";

interface ConfirmDialogProps {
  open: boolean;
  title: string;
  /** What will happen, and whether it can be undone. */
  children: ReactNode;
  /** The verb on the button: `Revoke key`, never `OK`. */
  verb: string;
  busy?: boolean;
  error?: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before what cannot be taken back. */
export function ConfirmDialog({ open, title, children, verb, busy = false, error, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      description={children}
      onSubmit={onConfirm}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={busy}>
            {verb}
          </Button>
        </>
      }
    >
      {error === undefined ? undefined : <FormError>{error}</FormError>}
    </Dialog>
  );
}

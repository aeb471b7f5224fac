import { take } from "@nexus/api";
import { ConfirmDialog, toast } from "@nexus/ui";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import type { KeyDialogProps } from "./keyDialog";

/** The end of a key. */
export function RevokeKeyDialog({ apiKey: { id, name }, onClose, onDone }: KeyDialogProps) {
  const revoke = useAction(
    () => take(gateway.DELETE("/api/v1/api-keys/{id}", { params: { path: { id } } })),
    () => {
      toast("Key revoked", "It is refused everywhere within a second.");
      return onDone();
    },
  );
  return (
    <ConfirmDialog
      open
      title={`Revoke “${name}”?`}
      verb="Revoke key"
      busy={revoke.isPending}
      error={failureOf(revoke)}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      Whatever uses it stops working at once. This cannot be taken back.
    </ConfirmDialog>
  );
}

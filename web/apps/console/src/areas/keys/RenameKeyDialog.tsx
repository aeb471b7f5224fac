import { take } from "@nexus/api";
import { Button, Dialog, Field, FormError, toast } from "@nexus/ui";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import type { KeyDialogProps } from "./keyDialog";

/** Another name; the key itself stays the same. */
export function RenameKeyDialog({ apiKey: { id, name: before }, onClose, onDone }: KeyDialogProps) {
  const [name, setName] = useState(before);
  const rename = useAction(
    () => take(gateway.PATCH("/api/v1/api-keys/{id}", { params: { path: { id } }, body: { name: name.trim() } })),
    () => {
      toast("Renamed");
      return onDone();
    },
  );
  const failure = failureOf(rename);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Rename key"
      onSubmit={() => rename.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={rename.isPending}>
            Rename
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <Field label="Name" autoComplete="off" required maxLength={120} value={name} onChange={({ target }) => setName(target.value)} />
    </Dialog>
  );
}

import { take } from "@nexus/api";
import { Button, Dialog, FormError, Select } from "@nexus/ui";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import type { KeyDialogProps } from "./keyDialog";

const OVERLAPS = [
  { value: "0", label: "Not at all", detail: "The old secret stops at once" },
  { value: "3600", label: "For an hour" },
  { value: "86400", label: "For a day" },
  { value: "604800", label: "For a week" },
] as const;

type Overlap = (typeof OVERLAPS)[number]["value"];

/** Another secret for the same key, with time to bring it to where it is used. */
export function RotateKeyDialog({ apiKey: { id, name }, onClose, onDone }: KeyDialogProps) {
  const [overlap, setOverlap] = useState<Overlap>("86400");
  const rotate = useAction(
    () =>
      take(
        gateway.POST("/api/v1/api-keys/{id}/rotation", {
          params: { path: { id } },
          body: { overlap_seconds: Number(overlap) },
        }),
      ),
    ({ secret }) => onDone(secret),
  );
  const failure = failureOf(rotate);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Replace the secret of “${name}”`}
      description="You get a new secret. The old one goes on working for a while, so that nothing stands still."
      onSubmit={() => rotate.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={rotate.isPending}>
            Replace secret
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <Select label="The old secret still works" options={OVERLAPS} value={overlap} onChange={setOverlap} />
    </Dialog>
  );
}

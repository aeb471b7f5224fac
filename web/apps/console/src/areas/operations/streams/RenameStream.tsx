import { ApiError, take } from "@nexus/api";
import { Button, Dialog, Field, FormError, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { streamcore } from "../../../data/clients";
import { failureLine, sentence } from "../../../data/failure";
import { useAction } from "../../../data/useAction";
import { type Registration, refreshStreams } from "../streams";

interface RenameStreamProps {
  registration: Registration;
  /** Of the state that is edited: somebody else's change meanwhile is not overwritten. */
  etag: string;
  onClose: () => void;
}

export function RenameStream({ registration: { slug, title: before }, etag, onClose }: RenameStreamProps) {
  const client = useQueryClient();
  const [title, setTitle] = useState(before);
  const rename = useAction(
    () =>
      take(
        streamcore.PATCH("/api/v1/registrations/{slug}", {
          params: { path: { slug }, header: { "if-match": etag } },
          body: { title },
        }),
      ),
    async () => {
      toast("The title was changed");
      await refreshStreams(client, slug);
      onClose();
    },
  );
  const wrong = rename.error instanceof ApiError ? rename.error.field("title") : undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Rename stream"
      description="Who watches sees the new title within seconds, on air too."
      onSubmit={() => rename.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={rename.isPending}>
            Save title
          </Button>
        </>
      }
    >
      {rename.isError && wrong === undefined && <FormError>{failureLine(rename.error)}</FormError>}
      <Field
        label="Title"
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        error={wrong === undefined ? undefined : sentence(wrong)}
        maxLength={120}
        required
      />
    </Dialog>
  );
}

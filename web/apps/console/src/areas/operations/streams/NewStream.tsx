import { type StreamCoreSchemas, ApiError, take } from "@nexus/api";
import { Button, Dialog, Field, FormError } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { streamcore } from "../../../data/clients";
import { failureLine, sentence } from "../../../data/failure";
import { useAction } from "../../../data/useAction";
import { refreshStreams } from "../streams";
import { KeyDialog } from "./KeyDialog";
import { slugOf } from "./slug";

type NewStreamBody = StreamCoreSchemas["NewStream"];

/** Registers a stream and shows its key, once. */
export function NewStream({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [title, setTitle] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const slug = typed ?? slugOf(title);
  const create = useAction(
    (body: NewStreamBody) => take(streamcore.POST("/api/v1/streams", { body })),
    () => refreshStreams(client),
  );
  if (create.data !== undefined) {
    const made = create.data;
    return (
      <KeyDialog
        title="Your stream is ready"
        streamKey={made.stream_key}
        onClose={() => {
          onClose();
          void navigate({ to: "/streams/$slug", params: { slug: made.slug } });
        }}
      />
    );
  }
  const problem = create.error instanceof ApiError ? create.error : null;
  const wrong = (field: string): string | undefined => {
    const detail = problem?.field(field);
    return detail === undefined ? undefined : sentence(detail);
  };
  const general = create.isError && wrong("title") === undefined && wrong("slug") === undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title="New stream"
      onSubmit={() => create.mutate({ title, slug })}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={create.isPending}>
            Create stream
          </Button>
        </>
      }
    >
      {general && <FormError>{failureLine(create.error)}</FormError>}
      <Field
        label="Title"
        hint="What the audience reads. It can be changed later."
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        error={wrong("title")}
        maxLength={120}
        required
      />
      <Field
        label="Name in addresses"
        hint="Lower-case letters, digits and hyphens. It cannot be changed later."
        value={slug}
        onChange={(event) => setTyped(event.target.value)}
        error={wrong("slug")}
        maxLength={64}
        autoCapitalize="none"
        spellCheck={false}
        required
      />
    </Dialog>
  );
}

import { take } from "@nexus/api";
import { ConfirmDialog, Menu, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Ban, KeyRound, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { streamcore } from "../../../data/clients";
import { failureLine } from "../../../data/failure";
import { useAction } from "../../../data/useAction";
import { type Registration, refreshStreams } from "../streams";
import { KeyDialog } from "./KeyDialog";
import { RenameStream } from "./RenameStream";

type Task = "rename" | "rotate" | "revoke" | "remove";

interface StreamMenuProps {
  registration: Registration;
  etag: string;
  onAir: boolean;
}

/** What can be done to a stream besides ending it. */
export function StreamMenu({ registration, etag, onAir }: StreamMenuProps) {
  const [task, setTask] = useState<Task | null>(null);
  const close = (): void => setTask(null);
  const { slug, key_hint } = registration;
  return (
    <>
      <Menu
        label={`Actions for ${registration.title}`}
        items={[
          { label: "Rename", icon: Pencil, onSelect: () => setTask("rename") },
          { label: "New key", icon: KeyRound, onSelect: () => setTask("rotate") },
          { label: "Take key away", icon: Ban, onSelect: () => setTask("revoke"), disabled: key_hint == null },
          { label: "Remove stream", icon: Trash2, onSelect: () => setTask("remove"), disabled: onAir },
        ]}
      />
      {task === "rename" && <RenameStream registration={registration} etag={etag} onClose={close} />}
      {task === "rotate" && <RotateKey slug={slug} onClose={close} />}
      {task === "revoke" && <RevokeKey slug={slug} onClose={close} />}
      {task === "remove" && <RemoveStream registration={registration} onClose={close} />}
    </>
  );
}

interface TaskProps {
  slug: string;
  onClose: () => void;
}

function RotateKey({ slug, onClose }: TaskProps) {
  const client = useQueryClient();
  const rotate = useAction(
    () => take(streamcore.POST("/api/v1/streams/{slug}/key", { params: { path: { slug } } })),
    () => refreshStreams(client, slug),
  );
  if (rotate.data !== undefined) {
    return <KeyDialog title="The stream has a new key" streamKey={rotate.data.stream_key} onClose={onClose} />;
  }
  return (
    <ConfirmDialog
      open
      title="Make a new key?"
      verb="Make new key"
      busy={rotate.isPending}
      error={rotate.isError ? failureLine(rotate.error) : undefined}
      onConfirm={() => rotate.mutate()}
      onClose={onClose}
    >
      The present key stops working, and an encoder that publishes with it is sent away within seconds.
    </ConfirmDialog>
  );
}

function RevokeKey({ slug, onClose }: TaskProps) {
  const client = useQueryClient();
  const revoke = useAction(
    () => take(streamcore.DELETE("/api/v1/streams/{slug}/key", { params: { path: { slug } } })),
    async () => {
      toast("The key was taken away");
      await refreshStreams(client, slug);
      onClose();
    },
  );
  return (
    <ConfirmDialog
      open
      title="Take the key away?"
      verb="Take key away"
      busy={revoke.isPending}
      error={revoke.isError ? failureLine(revoke.error) : undefined}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      Nobody can publish this stream until it is given a new key. An encoder that publishes now is sent away within seconds.
    </ConfirmDialog>
  );
}

function RemoveStream({ registration: { slug, title }, onClose }: { registration: Registration; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useAction(
    () => take(streamcore.DELETE("/api/v1/registrations/{slug}", { params: { path: { slug } } })),
    async () => {
      toast(`${title} was removed`);
      await navigate({ to: "/streams" });
      await refreshStreams(client);
    },
  );
  return (
    <ConfirmDialog
      open
      title={`Remove ${title}?`}
      verb="Remove stream"
      busy={remove.isPending}
      error={remove.isError ? failureLine(remove.error) : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      The stream and its key are gone for good. Its name in addresses becomes free.
    </ConfirmDialog>
  );
}

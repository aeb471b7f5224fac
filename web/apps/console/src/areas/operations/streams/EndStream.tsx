import { take } from "@nexus/api";
import { Button, Checkbox, Dialog, FormError, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { streamcore } from "../../../data/clients";
import { failureLine } from "../../../data/failure";
import { useAction } from "../../../data/useAction";
import { refreshStreams } from "../streams";
import { KeyDialog } from "./KeyDialog";

/** Takes a stream off air. */
export function EndStream({ slug, onClose }: { slug: string; onClose: () => void }) {
  const client = useQueryClient();
  const [rotate, setRotate] = useState(false);
  const end = useAction(
    () =>
      take(streamcore.DELETE("/api/v1/streams/{slug}/live", { params: { path: { slug }, query: { rotate_key: rotate } } })),
    async ({ stream_key }) => {
      toast("The stream has ended");
      await refreshStreams(client, slug);
      if (stream_key == null) {
        onClose();
      }
    },
  );
  const key = end.data?.stream_key;
  if (key != null) {
    return <KeyDialog title="The stream has ended and has a new key" streamKey={key} onClose={onClose} />;
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="End this stream?"
      description="It goes off air for everybody who watches, and the encoder is told. The stream itself stays and can go on air again."
      onSubmit={() => end.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={end.isPending}>
            End stream
          </Button>
        </>
      }
    >
      {end.isError && <FormError>{failureLine(end.error)}</FormError>}
      <Checkbox
        label="Keep the encoder out: give the stream a new key"
        detail="Encoders reconnect by themselves. With another key they are refused until they are given it."
        checked={rotate}
        onChange={setRotate}
      />
    </Dialog>
  );
}

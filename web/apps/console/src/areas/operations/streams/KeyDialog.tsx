import { CopyField, SecretDialog } from "@nexus/ui";
import { useQuery } from "@tanstack/react-query";
import { ingest } from "../streams";
import { ffmpegLine } from "./ffmpeg";

interface KeyDialogProps {
  title: string;
  streamKey: string;
  onClose: () => void;
}

/** A stream key, shown this once, with everything that an encoder needs beside it. */
export function KeyDialog({ title, streamKey, onClose }: KeyDialogProps) {
  const { data } = useQuery(ingest);
  const server = data?.rtmp_url;
  return (
    <SecretDialog
      title={title}
      description="Give these to your encoder. The key is shown this once and only its hash is kept: whoever has it can go on air."
      values={[...(server === undefined ? [] : [{ label: "Server", value: server }]), { label: "Stream key", value: streamKey }]}
      onClose={onClose}
    >
      {server !== undefined && <CopyField label="Or publish a file with FFmpeg" value={ffmpegLine(server, streamKey)} />}
    </SecretDialog>
  );
}

import type { StreamCoreSchemas } from "@nexus/api";
import { CopyField, Facts, Panel, Time } from "@nexus/ui";
import { useQuery } from "@tanstack/react-query";
import { QueryView } from "../../../data/QueryView";
import { ingest, type Registration } from "../streams";
import { ffmpegLine } from "./ffmpeg";

type Publisher = StreamCoreSchemas["Publisher"];

interface EncoderSetupProps {
  registration: Registration;
  publisher: Publisher | null | undefined;
}

/** How the stream gets here. */
export function EncoderSetup({ registration, publisher }: EncoderSetupProps) {
  const query = useQuery(ingest);
  return (
    <Panel title="Encoder" description="What to enter in OBS or another encoder.">
      <QueryView query={query} what="addresses">
        {({ rtmp_url, local_only }) => (
          <div className="grid gap-8 xl:grid-cols-2">
            <div className="min-w-0 space-y-5">
              <CopyField
                label="Server"
                value={rtmp_url}
                {...(local_only
                  ? { hint: "Only encoders on the server itself can connect. To take in others, set streamcore.rtmp_address to 0.0.0.0." }
                  : {})}
              />
              <Facts
                facts={[
                  ["Stream key", <KeyFacts key="key" registration={registration} />],
                  ...(registration.picture_limit === "unlimited" ? [] : [["Picture", <>Up to {registration.picture_limit} lines, as the plan {registration.plan} allows.</>] as const]),
                  ["Connected", <Connected key="encoder" publisher={publisher} />],
                ]}
              />
            </div>
            <div className="min-w-0 space-y-5">
              <ObsSteps server={rtmp_url} />
              <CopyField label="Or publish a file with FFmpeg" value={ffmpegLine(rtmp_url, "STREAM_KEY")} hint="Put the stream key in the place of STREAM_KEY." />
            </div>
          </div>
        )}
      </QueryView>
    </Panel>
  );
}

function KeyFacts({ registration: { key_hint, key_changed_at } }: { registration: Registration }) {
  return key_hint == null ? (
    <>None: nobody may publish until there is a new key.</>
  ) : (
    <>
      Ends in <span className="font-mono text-sm">{key_hint}</span>, made <Time at={key_changed_at} />. It was shown once; if it is lost, make a new one.
    </>
  );
}

function Connected({ publisher }: { publisher: Publisher | null | undefined }) {
  return publisher == null ? (
    <>No encoder</>
  ) : (
    <>
      {publisher.encoder ?? "An encoder"} from {publisher.address}, <Time at={publisher.connected_at} />
    </>
  );
}

function ObsSteps({ server }: { server: string }) {
  return (
    <div>
      <h3 className="mb-2 text-sm font-medium">In OBS Studio</h3>
      <ol className="list-decimal space-y-1.5 pl-5 text-[0.9375rem] leading-relaxed text-text-soft marker:text-text-faint">
        <li>Settings → Stream: choose the service “Custom…”.</li>
        <li>
          Server: <span className="font-mono text-sm wrap-anywhere text-text">{server}</span>. Stream key: the key of this stream.
        </li>
        <li>Settings → Output, mode “Advanced”: encoder x264 or hardware H.264, keyframe interval 2 s, audio AAC.</li>
        <li>Start streaming. The picture appears here within a few seconds.</li>
      </ol>
    </div>
  );
}

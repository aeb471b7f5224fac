import type { Stream } from "@nexus/api";
import { bitrate, facts, uptime } from "@nexus/player/format";
import { Empty, Facts, Panel, useNow } from "@nexus/ui";
import { MonitorOff } from "lucide-react";
import { lazy, Suspense } from "react";
import { StreamStatus } from "../StreamStatus";
import type { Statistics } from "../streams";

/** Most of the console is used without it, and it is the largest part of all. */
const Player = lazy(async () => ({ default: (await import("@nexus/player")).Player }));

interface PreviewProps {
  stream: Stream;
  figures: Statistics["figures"] | undefined;
}

/** What the audience sees, and the figures that go with it. */
export function Preview({ stream, figures }: PreviewProps) {
  const now = useNow();
  const source = stream.state === "offline" ? undefined : stream.playback.hls;
  return (
    <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,3fr)_minmax(18rem,2fr)]">
      <Panel title="Picture" padding="flush">
        {source === undefined ? (
          <Empty icon={MonitorOff} title={stream.state === "starting" ? "The first pictures are on their way" : "Not on air"}>
            {stream.state === "offline" && <p>Start the encoder, and the picture appears here.</p>}
          </Empty>
        ) : (
          <div className="aspect-video bg-sunken">
            <Suspense>
              <Player src={source} title={stream.title} broadcast={stream.state} muted />
            </Suspense>
          </div>
        )}
      </Panel>
      <Panel title="Now">
        <Facts
          facts={[
            ["State", <StreamStatus key="state" state={stream.state} />],
            ["On air for", stream.started_at == null ? "–" : uptime(stream.started_at, now)],
            ["Viewers", figures?.viewers ?? "–"],
            ["Picture and sound", facts(stream).join(" · ") || "–"],
            ["Bitrate", figures === undefined ? "–" : bitrate(figures.ingest_bitrate)],
            ["Frame rate", figures === undefined ? "–" : `${figures.frame_rate.toFixed(1)} per second`],
            ["Keyframes", keyframes(figures)],
            ["Missing frames", figures === undefined ? "–" : String(figures.missing_frames)],
            ["To viewers", figures === undefined ? "–" : bitrate(figures.egress_bitrate)],
          ]}
        />
      </Panel>
    </div>
  );
}

function keyframes(figures: Statistics["figures"] | undefined): string {
  return figures?.keyframe_seconds == null
    ? "–"
    : `every ${figures.keyframe_seconds.toFixed(2)} s (${figures.keyframe_frames ?? 0} frames)`;
}

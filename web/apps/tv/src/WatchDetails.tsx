import type { Stream } from "@nexus/api";
import type { Snapshot } from "@nexus/player";
import { LiveLamp } from "@nexus/ui";
import { bitrate, facts, uptime } from "@nexus/player/format";
import { ShareButton } from "./ShareButton";
import { useNow } from "./useNow";

interface WatchDetailsProps {
  stream: Stream;
  reachable: boolean;
  snapshot: Snapshot | null;
}

/** What is being watched, under the picture. */
export function WatchDetails({ stream, reachable, snapshot }: WatchDetailsProps) {
  const onAir = reachable && stream.state !== "offline";
  return (
    <div className="mt-5 flex animate-rise flex-wrap items-start justify-between gap-x-8 gap-y-4">
      <div className="min-w-0 flex-1 basis-80">
        <h1 className="text-2xl leading-tight font-semibold tracking-tight text-balance wrap-anywhere sm:text-3xl">
          {stream.title}
        </h1>
        <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 text-[0.9375rem] text-text-soft">
          {reachable && stream.state !== "offline" && <LiveLamp state={stream.state} />}
          {stream.state === "offline" && <span className="rounded-[0.3125rem] border border-line-strong px-2 py-1 text-xs leading-none font-semibold tracking-wider uppercase">Off air</span>}
          {onAir && stream.started_at && <OnAirSince startedAt={stream.started_at} />}
          <span>{facts(stream).join(" · ")}</span>
        </div>
      </div>
      <div className="flex items-center gap-6">
        {snapshot !== null && snapshot.phase.name === "playing" && <Figures stream={stream} snapshot={snapshot} />}
        <ShareButton title={stream.title} />
      </div>
    </div>
  );
}

function OnAirSince({ startedAt }: { startedAt: string }) {
  const now = useNow();
  return (
    <span>
      <span className="sr-only">On air for </span>
      {uptime(startedAt, now)}
    </span>
  );
}

function Figures({ stream, snapshot }: { stream: Stream; snapshot: Snapshot }) {
  const rate = stream.video?.bitrate ?? snapshot.stats.bitrate;
  return (
    <dl className="flex gap-6 sm:text-right">
      {snapshot.latency !== null && <Figure name="Latency" value={`${snapshot.latency.toFixed(1)} s`} />}
      {rate ? <Figure name="Bitrate" value={bitrate(rate)} /> : null}
    </dl>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-xs text-text-faint">{name}</dt>
      <dd className="mt-0.5 text-lg font-medium">{value}</dd>
    </div>
  );
}

import { bitrate, uptime } from "@nexus/player/format";
import { Empty, LiveLamp, Panel, useNow } from "@nexus/ui";
import { Link } from "@tanstack/react-router";
import { RadioTower } from "lucide-react";
import type { RegisteredStream } from "../streams";
import { useStill } from "../useStill";

/** What is on air, with a picture of each. */
export function LiveNow({ streams }: { streams: readonly RegisteredStream[] }) {
  return (
    <Panel title="On air" padding={streams.length === 0 ? "flush" : "normal"}>
      {streams.length === 0 ? (
        <Empty icon={RadioTower} title="Nothing is on air">
          <p>A stream appears here as soon as its encoder connects.</p>
        </Empty>
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,16rem),1fr))] gap-5">
          {streams.map((stream) => (
            <LiveCard key={stream.registration.id} stream={stream} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function LiveCard({ stream: { stream, figures } }: { stream: RegisteredStream }) {
  const still = useStill(stream);
  const now = useNow();
  const viewers = figures?.viewers ?? 0;
  return (
    <li>
      <Link to="/streams/$slug" params={{ slug: stream.slug }} className="group block rounded-panel">
        <div className="relative aspect-video overflow-hidden rounded-panel bg-sunken ring-1 ring-line group-hover:ring-2 group-hover:ring-text-soft">
          {still !== null && <img src={still} alt="" className="absolute inset-0 size-full object-cover" />}
          {stream.state !== "offline" && (
            <div className="absolute top-3 left-3">
              <LiveLamp state={stream.state} />
            </div>
          )}
          {stream.started_at != null && (
            <span className="absolute right-3 bottom-3 rounded-[0.3125rem] bg-ground/85 px-1.5 py-0.5 text-xs font-medium">
              <span className="sr-only">On air for </span>
              {uptime(stream.started_at, now)}
            </span>
          )}
        </div>
        <h3 className="mt-3 truncate text-base font-semibold tracking-tight">{stream.title}</h3>
        <p className="mt-0.5 truncate text-sm text-text-soft">
          {viewers === 1 ? "1 viewer" : `${viewers} viewers`} · {bitrate(figures?.ingest_bitrate ?? 0)}
        </p>
      </Link>
    </li>
  );
}

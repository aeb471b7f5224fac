import type { Stream } from "@nexus/api";
import { LiveLamp } from "@nexus/ui";
import { Poster } from "./Poster";
import { uptime } from "@nexus/player/format";
import { useNow } from "./useNow";
import { useStill } from "./useStill";

/** What the stream shows now, with its lamp and its time on air. */
export function StreamPicture({ stream, className = "" }: { stream: Stream; className?: string }) {
  const still = useStill(stream);
  const now = useNow();
  return (
    <div className={`relative aspect-video overflow-hidden rounded-panel bg-sunken ${className}`}>
      <Poster stream={stream} />
      {still !== null && <img src={still} alt="" className="absolute inset-0 size-full object-cover" />}
      <div className="absolute top-3 left-3">
        {stream.state !== "offline" && <LiveLamp state={stream.state} />}
      </div>
      {stream.started_at && (
        <span className="absolute right-3 bottom-3 rounded-[0.3125rem] bg-ground/85 px-1.5 py-0.5 text-xs font-medium">
          <span className="sr-only">On air for </span>
          {uptime(stream.started_at, now)}
        </span>
      )}
    </div>
  );
}

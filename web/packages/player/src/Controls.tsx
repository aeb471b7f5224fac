import { ChartNoAxesColumn } from "lucide-react";
import { LatencyBadge } from "./LatencyBadge";
import type { Snapshot } from "./snapshot";

interface ControlsProps {
  snapshot: Snapshot;
  onGoLive: () => void;
  statsShown: boolean;
  onToggleStats: () => void;
}

/** The bar under the picture; gone while there is nothing to control. */
export function Controls({ snapshot, onGoLive, statsShown, onToggleStats }: ControlsProps) {
  if (["offline", "waiting", "failed"].includes(snapshot.phase.name)) {
    return null;
  }
  return (
    <div className="nx-controls">
      <media-play-button class="nx-control" aria-keyshortcuts="k" />
      <media-mute-button class="nx-control" aria-keyshortcuts="m" />
      <media-volume-range class="nx-volume" />
      <GoLive snapshot={snapshot} onGoLive={onGoLive} />
      <LatencyBadge seconds={snapshot.latency} />
      <span className="flex-1" />
      <button
        type="button"
        className="nx-control nx-button"
        aria-label="Statistics"
        aria-keyshortcuts="i"
        aria-pressed={statsShown}
        onClick={onToggleStats}
      >
        <ChartNoAxesColumn aria-hidden className="size-5" />
      </button>
      <media-airplay-button class="nx-control" />
      <media-pip-button class="nx-control nx-wide-only" />
      <media-fullscreen-button class="nx-control" aria-keyshortcuts="f" />
    </div>
  );
}

function GoLive({ snapshot, onGoLive }: Pick<ControlsProps, "snapshot" | "onGoLive">) {
  const live = snapshot.atLive && snapshot.phase.name === "playing";
  return (
    <button
      type="button"
      className="nx-go-live"
      data-live={live}
      aria-label={live ? "Live" : "Go to live"}
      aria-keyshortcuts="l"
      onClick={onGoLive}
    >
      <span aria-hidden className="nx-go-live-dot" />
      {live ? "Live" : "Go live"}
    </button>
  );
}

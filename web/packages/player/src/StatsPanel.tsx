import { X } from "lucide-react";
import type { Snapshot } from "./snapshot";

interface StatsPanelProps {
  snapshot: Snapshot;
  onClose: () => void;
}

/** The figures that a curious viewer or a support person asks for. */
export function StatsPanel({ snapshot, onClose }: StatsPanelProps) {
  return (
    <section slot="top-chrome" {...{ noautohide: "" }} className="nx-stats" aria-label="Playback statistics">
      <div className="flex items-center justify-between">
        <h2 className="text-sm font-semibold">Playback</h2>
        <button type="button" className="nx-stats-close" aria-label="Close statistics" onClick={onClose}>
          <X aria-hidden className="size-4" />
        </button>
      </div>
      <dl className="nx-stats-list">
        {rows(snapshot).map(([name, value]) => (
          <div key={name} className="contents">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function rows({ stats, latency }: Snapshot): Array<[string, string]> {
  return [
    ["Resolution", stats.width > 0 ? `${stats.width}×${stats.height}` : "–"],
    ["Codecs", stats.codecs ?? "–"],
    ["Bitrate", megabits(stats.bitrate)],
    ["Download rate", megabits(stats.bandwidth)],
    ["Latency", seconds(latency)],
    ["Live edge", seconds(stats.latency.edge)],
    ["Target", seconds(stats.targetLatency)],
    ["Buffer", seconds(stats.buffer)],
    ["Speed", `${stats.playbackRate.toFixed(2)}×`],
    ["Frames", `${stats.framesShown} shown, ${stats.framesDropped} dropped`],
    ["Stalls", String(stats.stalls)],
  ];
}

function seconds(value: number | null): string {
  return value === null ? "–" : `${value.toFixed(2)} s`;
}

function megabits(value: number | null): string {
  return value === null || value === 0 ? "–" : `${(value / 1e6).toFixed(1)} Mb/s`;
}

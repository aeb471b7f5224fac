import { bitrate } from "@nexus/player/format";
import type { Sample } from "../samples";
import { Chart, type Line } from "./Chart";

const LINES: readonly Line[] = [
  { name: "Bitrate", of: ({ ingest_bitrate }) => ingest_bitrate, format: bitrate, colour: "--color-text", fill: true },
  { name: "Frame rate", of: ({ frame_rate }) => frame_rate, format: (rate) => `${rate.toFixed(0)} /s`, colour: "--color-normal" },
  { name: "Missing frames", of: ({ missing_frames }) => missing_frames, format: (count) => count.toFixed(0), colour: "--color-caution", fill: true, whole: true },
  { name: "Delay", of: ({ delay_ms }) => delay_ms, format: (ms) => `${ms.toFixed(0)} ms`, colour: "--color-serious", fill: true },
];

/** The charts of one stream; their cursors move together. */
export default function SignalCharts({ samples }: { samples: readonly Sample[] }) {
  return (
    <div className="grid gap-x-8 gap-y-6 lg:grid-cols-2">
      {LINES.map((line) => (
        <Chart key={line.name} line={line} samples={samples} />
      ))}
    </div>
  );
}

import { bitrate } from "@nexus/player/format";
import { Figure, Figures } from "../Figure";
import type { RegisteredStream } from "../streams";
import type { SystemStatus } from "../system";

interface HeadlinesProps {
  status: SystemStatus;
  /** Those on air. */
  streams: readonly RegisteredStream[];
}

/** The figures that one looks for first. */
export function Headlines({ status: { host }, streams }: HeadlinesProps) {
  const sum = (of: (figures: NonNullable<RegisteredStream["figures"]>) => number): number =>
    streams.reduce((total, { figures }) => total + (figures ? of(figures) : 0), 0);
  const used = host.memory_bytes === 0 ? 0 : 1 - host.memory_available_bytes / host.memory_bytes;
  return (
    <Figures label="Now">
      <Figure name="On air" value={streams.filter(({ stream }) => stream.state === "live").length} note="streams" />
      <Figure name="Viewers" value={sum((figures) => figures.viewers)} note="in the last 10 s" />
      <Figure name="To viewers" value={bitrate(sum((figures) => figures.egress_bitrate))} />
      <Figure
        name="Processor"
        value={host.cpu_percent == null ? "–" : `${Math.round(host.cpu_percent)} %`}
        note={`of ${host.cores} ${host.cores === 1 ? "core" : "cores"}`}
      />
      <Figure name="Memory" value={`${Math.round(used * 100)} %`} note="in use" />
    </Figures>
  );
}

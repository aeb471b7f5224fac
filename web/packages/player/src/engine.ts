import type { LatencyReading } from "./latency";

/** What went wrong, in the terms of the state machine. */
export type Failure = "network" | "media" | "unsupported";

export interface EngineStats {
  /** Measured download rate in bits per second. */
  bandwidth: number | null;
  /** Declared rate of the playing rendition in bits per second. */
  bitrate: number | null;
  /** RFC 6381 codec string of the playing rendition. */
  codecs: string | null;
}

/** Fetches a live playlist into a media element; hls.js where there are media source extensions, else the browser. */
export interface Engine {
  /** Starts afresh at the live edge. */
  load(): void;
  /** Tries again after a network failure and keeps the picture. */
  resume(): void;
  recoverMedia(): void;
  stop(): void;
  /** Playhead position for the live edge, in seconds of media time. */
  livePosition(): number | null;
  /** End of the published media, in seconds of media time. */
  edge(): number | null;
  latency(): LatencyReading;
  /** Latency that the playlist asks for, in seconds; null where the browser keeps it by itself. */
  targetLatency(): number | null;
  stats(): EngineStats;
}

import type { Broadcast, Phase } from "./machine";
import type { Stats } from "./stats";

/** All that the player's controls draw, at one moment. */
export interface Snapshot {
  readonly phase: Phase;
  readonly broadcast: Broadcast;
  /** Seconds behind live, or null while nothing plays. */
  readonly latency: number | null;
  /** The viewer is at the live edge and kept there. */
  readonly atLive: boolean;
  readonly muted: boolean;
  /** Muted by the browser's autoplay rule, not by the viewer. */
  readonly muteForced: boolean;
  readonly stats: Stats;
}

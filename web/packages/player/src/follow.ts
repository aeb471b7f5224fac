/** How far playback is from where it should be, and what it may draw on. All in seconds. */
export interface Position {
  /** Distance from the newest media the server has published. */
  latency: number;
  /** Distance that the playlist asks players to keep. */
  target: number;
  /** Media buffered ahead of the playhead. */
  buffered: number;
}

export type Correction = { seekToLive: true } | { seekToLive: false; rate: number };

/** Below this distance from the target nothing is done: the ear hears no reason to. */
const TOLERANCE_S = 0.12;
/** Above this distance catching up by speed takes longer than a jump is disturbing. */
const JUMP_S = 4;
/** A catch-up that would drain the buffer below this brings a stall. */
const RESERVE_S = 0.45;
const GENTLE_RATE = 1.04;
const BRISK_RATE = 1.08;
const BRISK_FROM_S = 0.6;

/** Keeps a viewer who follows the broadcast at the live edge: a slight speed-up, or a jump after a gap. */
export function followLive({ latency, target, buffered }: Position): Correction {
  const behind = latency - target;
  if (isFarBehind(latency, target)) {
    return { seekToLive: true };
  }
  if (behind <= TOLERANCE_S || buffered < RESERVE_S) {
    return { seekToLive: false, rate: 1 };
  }
  return { seekToLive: false, rate: behind > BRISK_FROM_S ? BRISK_RATE : GENTLE_RATE };
}

/** Too far behind to catch up by speed. */
export function isFarBehind(latency: number, target: number): boolean {
  return latency - target > JUMP_S;
}

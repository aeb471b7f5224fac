/** Latency figures of one moment, in seconds. */
export interface LatencyReading {
  /** Viewer's wall clock minus the programme date-time under the playhead; null where the playlist has none. */
  wallClock: number | null;
  /** Newest published media minus playhead; knows nothing of the encoder, but needs no clock to agree. */
  edge: number | null;
}

/** Disagreement beyond this means that the viewer's clock is off, not that the stream is late. */
const CLOCK_DOUBT_S = 3;

/** The figure to show: capture to screen where clocks agree, else distance from the live edge. */
export function liveLatency({ wallClock, edge }: LatencyReading): number | null {
  if (wallClock === null) {
    return edge;
  }
  if (edge === null) {
    return wallClock >= 0 ? wallClock : null;
  }
  const plausible = wallClock >= edge - 0.5 && wallClock - edge <= CLOCK_DOUBT_S;
  return plausible ? wallClock : edge;
}

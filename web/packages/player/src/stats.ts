import type { Engine } from "./engine";
import type { LatencyReading } from "./latency";

/** The figures behind the statistics button; seconds, pixels, bits per second. */
export interface Stats {
  readonly width: number;
  readonly height: number;
  readonly codecs: string | null;
  readonly bitrate: number | null;
  readonly bandwidth: number | null;
  /** Media buffered ahead of the playhead. */
  readonly buffer: number;
  readonly framesShown: number;
  readonly framesDropped: number;
  readonly stalls: number;
  readonly latency: LatencyReading;
  readonly targetLatency: number | null;
  readonly playbackRate: number;
}

export function readStats(
  media: HTMLVideoElement,
  engine: Engine | null,
  latency: LatencyReading,
  stalls: number,
): Stats {
  const quality = media.getVideoPlaybackQuality();
  return {
    width: media.videoWidth,
    height: media.videoHeight,
    ...(engine?.stats() ?? { codecs: null, bitrate: null, bandwidth: null }),
    buffer: bufferedAhead(media.buffered, media.currentTime),
    framesShown: quality.totalVideoFrames - quality.droppedVideoFrames,
    framesDropped: quality.droppedVideoFrames,
    stalls,
    latency,
    targetLatency: engine?.targetLatency() ?? null,
    playbackRate: media.playbackRate,
  };
}

/** Ranges this close together play through without a stop, in seconds. */
const BRIDGE_S = 0.1;

/** Seconds that can be played from `time` on without a gap. */
export function bufferedAhead(ranges: TimeRanges, time: number): number {
  let end = time;
  for (let i = 0; i < ranges.length; i += 1) {
    if (ranges.start(i) <= end + BRIDGE_S && ranges.end(i) > end) {
      end = ranges.end(i);
    }
  }
  return end - time;
}

import type { Engine, EngineStats, Failure } from "./engine";
import type { LatencyReading } from "./latency";

const HLS_MIME = "application/vnd.apple.mpegurl";

/** Safari's `getStartDate`: the programme date-time at media time zero. */
type DatedMedia = HTMLMediaElement & { getStartDate?: () => Date };

/** Leaves HLS to the browser: iPhones before iOS 17.1, and anything else without media source extensions. */
export class NativeEngine implements Engine {
  static isSupported(media: HTMLMediaElement): boolean {
    return media.canPlayType(HLS_MIME) !== "";
  }

  readonly #onError = (): void => {
    const code = this.media.error?.code;
    if (code === MediaError.MEDIA_ERR_DECODE) {
      this.onFailure("media");
    } else if (code !== undefined && code !== MediaError.MEDIA_ERR_ABORTED) {
      this.onFailure("network");
    }
  };

  constructor(
    private readonly media: DatedMedia,
    private readonly url: string,
    private readonly onFailure: (failure: Failure) => void,
  ) {}

  load(): void {
    this.stop();
    this.media.addEventListener("error", this.#onError);
    this.media.src = this.url;
    this.media.load();
  }

  resume(): void {
    this.load();
  }

  recoverMedia(): void {
    this.load();
  }

  stop(): void {
    this.media.removeEventListener("error", this.#onError);
    this.media.removeAttribute("src");
    this.media.load();
  }

  livePosition(): number | null {
    return this.edge();
  }

  edge(): number | null {
    const { seekable } = this.media;
    return seekable.length === 0 ? null : seekable.end(seekable.length - 1);
  }

  latency(): LatencyReading {
    const edge = this.edge();
    const start = this.media.getStartDate?.().getTime();
    return {
      wallClock:
        start === undefined || Number.isNaN(start)
          ? null
          : (Date.now() - start) / 1000 - this.media.currentTime,
      edge: edge === null ? null : Math.max(0, edge - this.media.currentTime),
    };
  }

  targetLatency(): number | null {
    return null;
  }

  stats(): EngineStats {
    return { bandwidth: null, bitrate: null, codecs: null };
  }
}

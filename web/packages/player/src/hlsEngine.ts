// The declarations have the class as default export only.
// oxlint-disable-next-line import/no-named-as-default
import Hls, { ErrorDetails, ErrorTypes, Events, type ErrorData, type HlsConfig } from "hls.js";
import workerUrl from "hls.js/dist/hls.worker.js?url";
import type { Engine, EngineStats, Failure } from "./engine";
import type { LatencyReading } from "./latency";

const PLAYLIST_POLICY = {
  default: {
    // A blocking reload is held for as long as the broadcaster pauses; the server gives up first.
    maxTimeToFirstByteMs: 12_000,
    maxLoadTimeMs: 15_000,
    timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 1, retryDelayMs: 250, maxRetryDelayMs: 250 },
  },
};

const MEDIA_POLICY = {
  default: {
    maxTimeToFirstByteMs: 8_000,
    maxLoadTimeMs: 20_000,
    timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 2, retryDelayMs: 200, maxRetryDelayMs: 400 },
  },
};

/** Retries are few: the session has its own, and says so to the viewer. */
const CONFIG: Partial<HlsConfig> = {
  lowLatencyMode: true,
  workerPath: workerUrl,
  enableInterstitialPlayback: false,
  // The last part of an audio segment may last two frames (43 ms): with the usual 0.25 s it counts as had already.
  maxFragLookUpTolerance: 0.03,
  backBufferLength: 10,
  maxBufferLength: 8,
  liveDurationInfinity: true,
  // Speed and jumps are follow.ts's job: hls.js speeds up only with more than 1 s buffered.
  maxLiveSyncPlaybackRate: 1,
  liveSyncOnStallIncrease: 0.2,
  // Start with the best rung: the default guess of 0.5 Mb/s makes the first seconds ugly.
  abrEwmaDefaultEstimate: 8_000_000,
  abrEwmaDefaultEstimateMax: 20_000_000,
  preferManagedMediaSource: true,
  manifestLoadPolicy: PLAYLIST_POLICY,
  playlistLoadPolicy: PLAYLIST_POLICY,
  fragLoadPolicy: MEDIA_POLICY,
};

export class HlsEngine implements Engine {
  static isSupported(): boolean {
    // oxlint-disable-next-line import/no-named-as-default-member -- see the import
    return Hls.isSupported();
  }

  /** Tells viewers behind one address apart (CTA-5004); another one with each visit. */
  readonly #sessionId = crypto.randomUUID();
  #hls: Hls | null = null;
  #hasManifest = false;

  constructor(
    private readonly media: HTMLMediaElement,
    private readonly url: string,
    private readonly onFailure: (failure: Failure) => void,
  ) {}

  load(): void {
    this.stop();
    const hls = new Hls({ ...CONFIG, cmcd: { sessionId: this.#sessionId, includeKeys: ["sid"] } });
    hls.on(Events.MANIFEST_PARSED, () => {
      this.#hasManifest = true;
    });
    hls.on(Events.ERROR, (_event, data) => {
      if (data.fatal) {
        this.onFailure(classify(data));
      }
    });
    hls.attachMedia(this.media);
    hls.loadSource(this.url);
    this.#hls = hls;
  }

  resume(): void {
    if (this.#hls === null || !this.#hasManifest) {
      this.load();
      return;
    }
    this.#hls.startLoad();
  }

  recoverMedia(): void {
    this.#hls?.recoverMediaError();
  }

  stop(): void {
    this.#hls?.destroy();
    this.#hls = null;
    this.#hasManifest = false;
  }

  livePosition(): number | null {
    return this.#hls?.liveSyncPosition ?? null;
  }

  edge(): number | null {
    return this.#hls?.latestLevelDetails?.edge ?? null;
  }

  latency(): LatencyReading {
    const hls = this.#hls;
    if (hls === null || hls.latestLevelDetails === null) {
      return { wallClock: null, edge: null };
    }
    const date = hls.playingDate;
    return {
      wallClock: date === null ? null : (Date.now() - date.getTime()) / 1000,
      edge: hls.latency > 0 ? hls.latency : null,
    };
  }

  targetLatency(): number | null {
    return this.#hls?.targetLatency ?? null;
  }

  stats(): EngineStats {
    const hls = this.#hls;
    const level = hls?.levels[hls.currentLevel] ?? hls?.levels[0];
    return {
      bandwidth: hls?.bandwidthEstimate ?? null,
      bitrate: level?.bitrate ?? null,
      codecs: [level?.videoCodec, level?.audioCodec].filter(Boolean).join(", ") || null,
    };
  }
}

function classify(data: ErrorData): Failure {
  switch (data.details) {
    case ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR:
    case ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR:
      return "unsupported";
    default:
      return data.type === ErrorTypes.MEDIA_ERROR ? "media" : "network";
  }
}

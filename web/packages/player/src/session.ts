import type { Engine, Failure } from "./engine";
import { followLive, isFarBehind } from "./follow";
import { HlsEngine } from "./hlsEngine";
import { liveLatency } from "./latency";
import { type Broadcast, type Command, initial, type Machine, type PlayerEvent, step } from "./machine";
import { NativeEngine } from "./nativeEngine";
import type { Snapshot } from "./snapshot";
import { readStats } from "./stats";

const TICK_MS = 250;
/** Playback this close to the live position counts as live, in seconds. */
const AT_LIVE_S = 1.5;

/** One viewer's playback of one stream in one media element, from mount to unmount. */
export class PlayerSession {
  readonly #engine: Engine | null;
  readonly #listeners = new Set<() => void>();
  readonly #undo: Array<() => void> = [];
  #machine: Machine = initial;
  #snapshot: Snapshot;
  #following = true;
  #muteForced = false;
  #lastTime = 0;
  #stalls = 0;

  constructor(
    readonly media: HTMLVideoElement,
    url: string,
  ) {
    this.#engine = chooseEngine(media, url, (failure) => this.#fail(failure));
    this.#snapshot = this.#read();
    this.#listen();
  }

  /** Tells the session what the server says about the stream. */
  setBroadcast(broadcast: Broadcast): void {
    this.#dispatch({ type: "broadcast", broadcast });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Snapshot => this.#snapshot;

  readonly goLive = (): void => {
    this.#following = true;
    this.#seekToLive();
    void this.#play();
    this.#publish();
  };

  /** Moves within what the server still has; away from the live edge the viewer is no longer following. */
  readonly seekBy = (seconds: number): void => {
    const { seekable } = this.media;
    const live = this.#engine?.livePosition() ?? null;
    if (live === null || seekable.length === 0) {
      return;
    }
    const wanted = this.media.currentTime + seconds;
    if (wanted >= live) {
      this.goLive();
      return;
    }
    this.#following = false;
    this.media.playbackRate = 1;
    this.media.currentTime = Math.max(seekable.start(0), wanted);
    this.#publish();
  };

  readonly togglePlay = (): void => {
    if (this.media.paused) {
      void this.#play();
    } else {
      this.media.pause();
    }
  };

  readonly toggleMute = (): void => {
    this.media.muted = !this.media.muted;
    this.#muteForced = false;
    this.#publish();
  };

  readonly retry = (): void => this.#dispatch({ type: "retry" });

  destroy(): void {
    for (const undo of this.#undo) {
      undo();
    }
    this.#listeners.clear();
    this.#engine?.stop();
  }

  #listen(): void {
    const on = (target: EventTarget, type: string, handle: () => void): void => {
      target.addEventListener(type, handle);
      this.#undo.push(() => target.removeEventListener(type, handle));
    };
    on(this.media, "timeupdate", () => this.#onTimeUpdate());
    on(this.media, "waiting", () => this.#onWaiting());
    on(this.media, "pause", () => this.#dispatch({ type: "paused" }));
    on(this.media, "play", () => this.#onPlay());
    on(this.media, "ended", () => this.#dispatch({ type: "ended" }));
    on(this.media, "volumechange", () => this.#publish());
    on(window, "online", () => this.#dispatch({ type: "online" }));
    const timer = setInterval(() => this.#tick(), TICK_MS);
    this.#undo.push(() => clearInterval(timer));
  }

  /** After a long pause the viewer goes on where they stopped; after a short one they rejoin the others. */
  #onPlay(): void {
    const latency = this.#engine?.latency().edge ?? 0;
    const target = this.#engine?.targetLatency() ?? latency;
    if (this.#machine.phase.name === "paused" && isFarBehind(latency, target)) {
      this.#following = false;
    }
    this.#dispatch({ type: "resumed" });
  }

  #onTimeUpdate(): void {
    if (this.media.currentTime !== this.#lastTime && !this.media.seeking) {
      this.#lastTime = this.media.currentTime;
      this.#dispatch({ type: "progress" });
    }
  }

  #onWaiting(): void {
    if (this.media.seeking) {
      return;
    }
    if (this.#machine.phase.name === "playing") {
      this.#stalls += 1;
    }
    this.#dispatch({ type: "waiting", edge: this.#engine?.edge() ?? null });
  }

  #tick(): void {
    if (this.#following && this.#machine.phase.name === "playing") {
      this.#follow();
    }
    this.#dispatch({ type: "tick", edge: this.#engine?.edge() ?? null, spread: Math.random() });
    this.#publish();
  }

  #follow(): void {
    const latency = this.#engine?.latency().edge ?? null;
    const target = this.#engine?.targetLatency() ?? null;
    if (latency === null || target === null) {
      return;
    }
    const correction = followLive({ latency, target, buffered: this.#snapshot.stats.buffer });
    if (correction.seekToLive) {
      this.#seekToLive();
    } else if (this.media.playbackRate !== correction.rate) {
      this.media.playbackRate = correction.rate;
    }
  }

  #seekToLive(): void {
    const live = this.#engine?.livePosition() ?? null;
    if (live !== null) {
      this.media.currentTime = live;
    }
  }

  #fail(kind: Failure): void {
    this.#dispatch({ type: "failure", kind, spread: Math.random() });
  }

  #dispatch(event: PlayerEvent): void {
    const before = this.#machine;
    const { machine, commands } = step(before, event, Date.now());
    this.#machine = machine;
    for (const command of commands) {
      this.#run(command);
    }
    if (machine.phase !== before.phase) {
      this.#publish();
    }
  }

  #run(command: Command): void {
    if (this.#engine === null) {
      if (command === "load") {
        this.#fail("unsupported");
      }
      return;
    }
    this.#engine[command]();
    if (command === "load") {
      this.#following = true;
    }
    if (command !== "stop") {
      void this.#play();
    }
  }

  /** Browsers refuse sound before the first gesture: then the picture starts without. */
  async #play(): Promise<void> {
    try {
      await this.media.play();
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotAllowedError" && !this.media.muted) {
        this.media.muted = true;
        this.#muteForced = true;
        await this.media.play().catch(() => this.media.pause());
      }
    }
  }

  #publish(): void {
    this.#snapshot = this.#read();
    for (const listener of this.#listeners) {
      listener();
    }
  }

  #read(): Snapshot {
    const reading = this.#engine?.latency() ?? { wallClock: null, edge: null };
    const live = this.#engine?.livePosition() ?? null;
    return {
      phase: this.#machine.phase,
      broadcast: this.#machine.broadcast,
      latency: liveLatency(reading),
      atLive: this.#following && (live === null || live - this.media.currentTime < AT_LIVE_S),
      muted: this.media.muted,
      muteForced: this.#muteForced && this.media.muted,
      stats: readStats(this.media, this.#engine, reading, this.#stalls),
    };
  }
}

function chooseEngine(
  media: HTMLVideoElement,
  url: string,
  onFailure: (failure: Failure) => void,
): Engine | null {
  if (HlsEngine.isSupported()) {
    return new HlsEngine(media, url, onFailure);
  }
  return NativeEngine.isSupported(media) ? new NativeEngine(media, url, onFailure) : null;
}

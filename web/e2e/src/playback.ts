import type { Page } from "playwright-core";
import { BITS, CELL, readLatency } from "./clockPicture";

/** What happened on screen during a stretch of playback. */
export interface Observation {
  /** Capture to screen in ms, one per sampled frame that carries the clock. */
  latencies: number[];
  /** How often the media element ran dry. */
  stalls: number;
  /** Longest time between two presented frames, in ms. */
  longestFreezeMs: number;
  framesPresented: number;
  framesDropped: number;
  /** Media seconds played per second of the observation. */
  speed: number;
}

interface RawObservation extends Omit<Observation, "latencies"> {
  samples: Array<{ cells: number[]; now: number }>;
}

/** Watches the playing picture for some seconds, as a viewer's eyes would. */
export async function observe(page: Page, seconds: number): Promise<Observation> {
  const raw = await page.evaluate(observeInPage, { seconds, cellCount: BITS + 2, cell: CELL });
  const { samples, ...rest } = raw;
  const latencies = samples
    .map(({ cells, now }) => readLatency(cells, now))
    .filter((latency) => latency !== null);
  return { ...rest, latencies };
}

/** Runs in the page, so it may not refer to anything outside itself. */
async function observeInPage(input: { seconds: number; cellCount: number; cell: number }): Promise<RawObservation> {
  const video = document.querySelector("video");
  if (video === null) {
    throw new Error("the page has no video element");
  }
  const canvas = new OffscreenCanvas(input.cellCount, 1);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const result: RawObservation = {
    samples: [],
    stalls: 0,
    longestFreezeMs: 0,
    framesPresented: 0,
    framesDropped: 0,
    speed: 0,
  };
  const onWaiting = (): void => {
    result.stalls += 1;
  };
  let previous = performance.now();
  let handle = 0;
  const onFrame = (): void => {
    const at = performance.now();
    result.longestFreezeMs = Math.max(result.longestFreezeMs, at - previous);
    previous = at;
    result.framesPresented += 1;
    if (result.framesPresented % 5 === 0 && context !== null) {
      const { cell, cellCount } = input;
      const now = Date.now();
      // The middle half of each cell: its edges are blurred by the codec.
      for (let i = 0; i < cellCount; i += 1) {
        context.drawImage(video, i * cell + cell / 4, cell / 4, cell / 2, cell / 2, i, 0, 1, 1);
      }
      const { data } = context.getImageData(0, 0, cellCount, 1);
      result.samples.push({ cells: Array.from({ length: cellCount }, (_, i) => data[i * 4] ?? 0), now });
    }
    handle = video.requestVideoFrameCallback(onFrame);
  };
  const started = { at: performance.now(), time: video.currentTime };
  const dropped = video.getVideoPlaybackQuality().droppedVideoFrames;
  video.addEventListener("waiting", onWaiting);
  handle = video.requestVideoFrameCallback(onFrame);
  await new Promise((done) => setTimeout(done, input.seconds * 1000));
  video.cancelVideoFrameCallback(handle);
  video.removeEventListener("waiting", onWaiting);
  result.longestFreezeMs = Math.max(result.longestFreezeMs, performance.now() - previous);
  result.framesDropped = video.getVideoPlaybackQuality().droppedVideoFrames - dropped;
  result.speed = (video.currentTime - started.time) / ((performance.now() - started.at) / 1000);
  return result;
}

/** Waits until the picture moves; the deadline is in ms. */
export async function untilPlaying(page: Page, timeout = 20_000): Promise<void> {
  await page.waitForFunction(
    () => {
      const video = document.querySelector("video");
      return video !== null && !video.paused && video.readyState >= 3 && video.currentTime > 0;
    },
    undefined,
    { timeout },
  );
  const from = await mediaTime(page);
  await page.waitForFunction((start) => (document.querySelector("video")?.currentTime ?? 0) > start + 0.5, from, {
    timeout,
  });
}

export function mediaTime(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
}

/** What the page says the latency is, in seconds. */
export async function shownLatency(page: Page): Promise<number> {
  return Number.parseFloat((await page.locator("dl dd", { hasText: / s$/ }).first().textContent()) ?? "");
}

/** The value below which a share of the sorted figures lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) {
    throw new Error("no figures to take a percentile of");
  }
  return value;
}

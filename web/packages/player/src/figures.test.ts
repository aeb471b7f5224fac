import { describe, expect, test } from "vitest";
import { backoffMs } from "./backoff";
import { followLive } from "./follow";
import { liveLatency } from "./latency";
import { bufferedAhead } from "./stats";

describe("liveLatency", () => {
  const cases: ReadonlyArray<readonly [string, number | null, number | null, number | null]> = [
    ["clocks agree: capture to screen", 1.4, 0.9, 1.4],
    ["viewer's clock ahead by a minute", 61, 0.9, 0.9],
    ["viewer's clock behind", -5, 0.9, 0.9],
    ["no date in the playlist", null, 0.9, 0.9],
    ["no edge, as in the browser's own player", 1.4, null, 1.4],
    ["nothing plays", null, null, null],
  ];
  test.each(cases)("%s", (_name, wallClock, edge, shown) => {
    expect(liveLatency({ wallClock, edge })).toBe(shown);
  });
});

describe("followLive", () => {
  test("leaves playback near the target alone", () => {
    expect(followLive({ latency: 1.05, target: 1, buffered: 0.9 })).toEqual({ seekToLive: false, rate: 1 });
  });
  test("speeds up gently, then briskly", () => {
    expect(followLive({ latency: 1.4, target: 1, buffered: 1 })).toEqual({ seekToLive: false, rate: 1.04 });
    expect(followLive({ latency: 2.5, target: 1, buffered: 1 })).toEqual({ seekToLive: false, rate: 1.08 });
  });
  test("never drains the last of the buffer", () => {
    expect(followLive({ latency: 2.5, target: 1, buffered: 0.4 })).toEqual({ seekToLive: false, rate: 1 });
  });
  test("jumps over a long gap", () => {
    expect(followLive({ latency: 5.5, target: 1, buffered: 4 })).toEqual({ seekToLive: true });
  });
});

describe("backoffMs", () => {
  test("stays within a fifth of the plan", () => {
    expect(backoffMs(1, 0)).toBe(320);
    expect(backoffMs(1, 0.999)).toBeLessThanOrEqual(480);
    expect(backoffMs(40, 0.5)).toBe(5_000);
  });
});

describe("bufferedAhead", () => {
  test.each([
    ["nothing buffered", ranges(), 5, 0],
    ["inside one range", ranges([0, 8]), 5, 3],
    ["across a crack that plays through", ranges([0, 6], [6.05, 9]), 5, 4],
    ["up to a gap that does not", ranges([0, 6], [7, 9]), 5, 1],
    ["behind the buffer", ranges([0, 3]), 5, 0],
  ])("%s", (_name, buffered, time, ahead) => {
    expect(bufferedAhead(buffered, time)).toBeCloseTo(ahead);
  });
});

function ranges(...pairs: ReadonlyArray<readonly [number, number]>): TimeRanges {
  return {
    length: pairs.length,
    start: (i) => pairs[i]?.[0] ?? Number.NaN,
    end: (i) => pairs[i]?.[1] ?? Number.NaN,
  };
}

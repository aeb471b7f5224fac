import type { Stream } from "@nexus/api";
import { expect, test } from "vitest";
import { bitrate, codecName, facts, pictureFormat, uptime } from "./format";

test.each([
  [0, "0:00"],
  [7_400, "0:07"],
  [247_000, "4:07"],
  [3_753_000, "1:02:33"],
  [-4_000, "0:00"],
])("uptime after %i ms is %s", (elapsed, shown) => {
  const start = Date.UTC(2026, 0, 1);
  expect(uptime(new Date(start).toISOString(), start + elapsed)).toBe(shown);
});

const video = { codec: "avc1.64001f", width: 1920, height: 1080, frame_rate: 30, bitrate: 4_000_000 };

test("pictureFormat speaks as broadcasters do", () => {
  expect(pictureFormat(video)).toBe("1080p30");
  expect(pictureFormat({ ...video, frame_rate: 29.97 })).toBe("1080p29.97");
  expect(pictureFormat({ ...video, width: 1080, height: 1920, frame_rate: 59.999 })).toBe("1080p60");
  expect(pictureFormat(null)).toBeNull();
});

test("facts name codecs and the lack of sound", () => {
  const stream: Stream = {
    slug: "demo",
    title: "Demo",
    state: "live",
    started_at: "2026-01-01T00:00:00Z",
    video,
    audio: { codec: "mp4a.40.2", sample_rate: 48_000, channels: 2, bitrate: 128_000 },
    playback: { hls: "/live/demo/index.m3u8", dash: "/live/demo/manifest.mpd" },
  };
  expect(facts(stream)).toEqual(["1080p30", "H.264", "AAC"]);
  expect(facts({ ...stream, audio: null })).toEqual(["1080p30", "H.264", "No audio"]);
  expect(facts({ ...stream, video: null, audio: null })).toEqual([]);
});

test("an unknown codec keeps its own name", () => {
  expect(codecName("vvc1.1")).toBe("vvc1.1");
});

test("bitrate uses the unit that people read", () => {
  expect(bitrate(4_128_000)).toBe("4.1 Mb/s");
  expect(bitrate(128_000)).toBe("128 kb/s");
});

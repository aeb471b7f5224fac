import { expect, test } from "vitest";
import { firstVariant, newestKeyframe } from "./still";

test("firstVariant finds the playlist and its video codec", () => {
  const playlist = [
    "#EXTM3U",
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Audio",URI="audio.m3u8"',
    '#EXT-X-STREAM-INF:BANDWIDTH=4128000,CODECS="mp4a.40.2,avc1.64001f",AUDIO="a"',
    "video.m3u8",
  ].join("\n");
  expect(firstVariant(playlist)).toEqual({ uri: "video.m3u8", videoCodec: "avc1.64001f" });
});

test("firstVariant refuses what has no picture", () => {
  expect(firstVariant('#EXTM3U\n#EXT-X-STREAM-INF:CODECS="mp4a.40.2"\naudio.m3u8\n')).toBeNull();
  expect(firstVariant("not a playlist")).toBeNull();
});

test("newestKeyframe takes the newest independent part and the initialisation section in force there", () => {
  const playlist = [
    "#EXTM3U",
    '#EXT-X-MAP:URI="video/init-1.mp4"',
    "#EXTINF:2.0,",
    "video/7.m4s",
    "#EXT-X-DISCONTINUITY",
    '#EXT-X-MAP:URI="video/init-2.mp4"',
    '#EXT-X-PART:DURATION=0.2,URI="video/8.0.m4s",INDEPENDENT=YES',
    '#EXT-X-PART:DURATION=0.2,URI="video/8.1.m4s"',
    '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="video/8.2.m4s"',
  ].join("\n");
  expect(newestKeyframe(playlist)).toEqual({ init: "video/init-2.mp4", media: "video/8.0.m4s" });
});

test("newestKeyframe falls back on the newest segment", () => {
  const playlist = '#EXTM3U\n#EXT-X-MAP:URI="i.mp4"\n#EXTINF:2,\n1.m4s\n#EXTINF:2,\n2.m4s\n';
  expect(newestKeyframe(playlist)).toEqual({ init: "i.mp4", media: "2.m4s" });
  expect(newestKeyframe("#EXTM3U\n")).toBeNull();
});

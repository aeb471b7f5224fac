import { expect, test } from "vitest";
import { withSmallDiscontinuities } from "./playlistLoader";

test("only the discontinuity number is made small", () => {
  const playlist = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:1795373884\n#EXT-X-DISCONTINUITY-SEQUENCE:1795373884\n#EXTINF:2,\n1.m4s\n";
  expect(withSmallDiscontinuities(playlist)).toBe(
    playlist.replace("DISCONTINUITY-SEQUENCE:1795373884", "DISCONTINUITY-SEQUENCE:3884"),
  );
  expect(withSmallDiscontinuities("#EXT-X-DISCONTINUITY-SEQUENCE:7\n")).toBe("#EXT-X-DISCONTINUITY-SEQUENCE:7\n");
});

import { expect, test } from "vitest";
import { appended, columns, type Sample, SHOWN } from "./samples";

function sample(second: number, delay: number | null = 0): Sample {
  return {
    at: new Date(second * 1_000).toISOString(),
    ingest_bitrate: second,
    frame_rate: 30,
    missing_frames: 0,
    delay_ms: delay,
    viewers: 0,
    egress_bitrate: 0,
  };
}

test("what came since is added once, and what is too old goes", () => {
  const known = Array.from({ length: SHOWN }, (_, second) => sample(second));
  const shown = appended(known, [sample(SHOWN - 1), sample(SHOWN), sample(SHOWN + 1)]);
  expect(shown).toHaveLength(SHOWN);
  expect(shown.at(0)?.ingest_bitrate).toBe(2);
  expect(shown.at(-1)?.ingest_bitrate).toBe(SHOWN + 1);
});

test("a figure that is not known leaves a gap", () => {
  expect(columns([sample(1, 5), sample(2, null)], [({ delay_ms }) => delay_ms])).toEqual([
    [1, 2],
    [5, null],
  ]);
});

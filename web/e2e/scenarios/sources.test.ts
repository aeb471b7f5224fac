import { basename } from "node:path";
import { expect, test } from "vitest";
import { observe, percentile, shownLatency, untilPlaying } from "../src/playback";
import type { Source } from "../src/publisher";
import { setStage } from "../src/stage";

const stage = setStage();

const SOURCES: ReadonlyArray<readonly [string, Source]> = [
  ["without sound", { sound: false }],
  ["with B-frames", { bFrames: 2 }],
  ["at 25 frames a second", { frameRate: 25 }],
  ["at 60 frames a second", { frameRate: 60 }],
];

test.each(SOURCES)("a source %s plays smoothly", async (_name, source) => {
  const stream = await stage.stream();
  stage.publish(stream, source);
  const page = await stage.visit(`/watch/${stream.slug}`);
  await untilPlaying(page);
  await observe(page, 3);
  const seen = await observe(page, 8);
  expect(seen.stalls).toBe(0);
  expect(seen.speed).toBeGreaterThan(0.9);
  // B-frames cost the encoder a few frames before the server sees anything.
  expect(percentile(seen.latencies, 0.5)).toBeLessThanOrEqual(2_500);
});

test.each(stage.films)("%s, looped as it is, plays smoothly", async (film) => {
  const stream = await stage.stream(basename(film));
  stage.publish(stream, { file: film });
  const page = await stage.visit(`/watch/${stream.slug}`);
  await untilPlaying(page);
  await observe(page, 5);
  const seen = await observe(page, stage.watchSeconds);
  const latency = await shownLatency(page);
  console.log(`${basename(film)}: latency ${latency} s; stalls ${seen.stalls}; frames ${seen.framesPresented}`);
  await page.screenshot({ path: stage.picture(`${basename(film)}.png`) });
  expect(seen.stalls).toBe(0);
  expect(latency).toBeLessThanOrEqual(2);
});

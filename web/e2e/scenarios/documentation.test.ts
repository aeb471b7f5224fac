import { execFile } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { observe, untilPlaying } from "../src/playback";
import { setStage } from "../src/stage";

const stage = setStage();
const IMAGES = join(dirname(fileURLToPath(import.meta.url)), "../../../docs/images");
const MAX_BYTES = 400_000;
/** A palette of 256 colours: a third of the size, and no difference that a reader would see. */
const PALETTE = "split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=bayer:bayer_scale=4";

const [film] = stage.films;

test.runIf(stage.updateScreenshots)("the picture of the README", async () => {
  mkdirSync(IMAGES, { recursive: true });
  const stream = await stage.stream(film === undefined ? "Test picture" : "Big Buck Bunny");
  stage.publish(stream, film === undefined ? {} : { file: film });
  const page = await stage.visit(`/watch/${stream.slug}`, { width: 1120, height: 700 });
  await untilPlaying(page);
  await observe(page, 5);
  await page.mouse.move(560, 400);
  // The controls fade in.
  await observe(page, 1);
  await take(page, "tv-watch.png");
});

async function take(page: Page, name: string): Promise<void> {
  const taken = stage.picture(name);
  const kept = join(IMAGES, name);
  await page.screenshot({ path: taken });
  await promisify(execFile)("ffmpeg", ["-loglevel", "error", "-y", "-i", taken, "-filter_complex", PALETTE, kept]);
  expect(statSync(kept).size).toBeLessThan(MAX_BYTES);
}

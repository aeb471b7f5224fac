import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { observe, untilPlaying } from "../src/playback";
import { setStage } from "../src/stage";

const stage = setStage();
const IMAGES = join(dirname(fileURLToPath(import.meta.url)), "../../../docs/images");
const MAX_BYTES = 400_000;

const [film] = stage.films;

test.runIf(stage.updateScreenshots)("pictures for the documentation", async () => {
  const stream = await stage.stream(film === undefined ? "Test picture" : "Big Buck Bunny");
  mkdirSync(IMAGES, { recursive: true });
  stage.publish(stream, film === undefined ? {} : { file: film });
  const page = await stage.visit("/", { width: 1280, height: 760 });
  await page.locator(`a[href="/watch/${stream.slug}"] img`).waitFor({ timeout: 20_000 });
  await page.screenshot({ path: join(IMAGES, "tv-grid.png") });

  await page.goto(`/watch/${stream.slug}`);
  await untilPlaying(page);
  await observe(page, 5);
  await page.keyboard.press("i");
  await page.mouse.move(640, 400);
    await page.screenshot({ path: join(IMAGES, "tv-watch.png") });
  for (const name of ["tv-grid.png", "tv-watch.png"]) {
    expect(statSync(join(IMAGES, name)).size).toBeLessThan(MAX_BYTES);
  }
});

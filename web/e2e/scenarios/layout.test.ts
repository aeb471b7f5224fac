import { expect, test } from "vitest";
import { accessibilityFaults } from "../src/accessibility";
import { untilPlaying } from "../src/playback";
import { setStage } from "../src/stage";

const stage = setStage();

const SCREENS: ReadonlyArray<readonly [string, number, number]> = [
  ["phone", 360, 740],
  ["tablet", 820, 1180],
  ["television", 3840, 2160],
];

test.each(SCREENS)("grid and player fit a %s", async (name, width, height) => {
  const stream = await stage.stream();
  stage.publish(stream);
  const page = await stage.visit("/", { width, height });
  await page.locator(`a[href="/watch/${stream.slug}"] img`).waitFor({ timeout: 20_000 });
  expect(await overflow(page)).toBe(0);
  await page.screenshot({ path: stage.picture(`grid-${name}.png`) });
  await page.goto(`/watch/${stream.slug}`);
  await untilPlaying(page);
  expect(await overflow(page)).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.screenshot({ path: stage.picture(`watch-${name}.png`) });
});

function overflow(page: import("playwright-core").Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
}

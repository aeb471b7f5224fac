import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { mediaTime, untilPlaying } from "../src/playback";
import { setStage } from "../src/stage";

const stage = setStage();

test("the whole player works without a mouse", async () => {
  const stream = await stage.stream();
  stage.publish(stream);
  const page = await stage.visit(`/watch/${stream.slug}`);
  await untilPlaying(page);

  await page.keyboard.press("k");
  expect(await media(page, "paused")).toBe(true);
  await page.keyboard.press(" ");
  await untilPlaying(page);

  await page.keyboard.press("m");
  expect(await media(page, "muted")).toBe(true);
  await page.keyboard.press("m");
  expect(await media(page, "muted")).toBe(false);

  await page.waitForFunction(() => (document.querySelector("video")?.seekable.end(0) ?? 0) > 8, undefined, {
    timeout: 20_000,
  });
  const before = await mediaTime(page);
  await page.keyboard.press("ArrowLeft");
  expect(await mediaTime(page)).toBeLessThan(before - 2);
  await page.getByRole("button", { name: "Go to live" }).waitFor();
  await page.keyboard.press("l");
  await page.getByRole("button", { name: "Live", exact: true }).waitFor({ timeout: 10_000 });

  await page.keyboard.press("i");
  await page.getByRole("region", { name: "Playback statistics" }).waitFor();
  await page.keyboard.press("i");
  await page.getByRole("region", { name: "Playback statistics" }).waitFor({ state: "detached" });

  await page.keyboard.press("f");
  await page.waitForFunction(() => document.fullscreenElement !== null, undefined, { timeout: 5_000 });
  await page.keyboard.press("f");
  await page.waitForFunction(() => document.fullscreenElement === null, undefined, { timeout: 5_000 });
});

test("the skip link leads to the content, and what has focus shows it", async () => {
  const page = await stage.visit("/");
  await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true);
  expect(await skip.evaluate((link) => link.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0);
  await page.keyboard.press("Tab");
  const outline = await page.evaluate(() =>
    document.activeElement === null ? "" : getComputedStyle(document.activeElement).outlineStyle,
  );
  expect(outline).toBe("solid");
});

function media(page: Page, property: "paused" | "muted"): Promise<boolean | undefined> {
  return page.evaluate((name) => document.querySelector("video")?.[name], property);
}

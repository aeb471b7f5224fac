import { expect, test } from "vitest";
import { untilPlaying } from "../src/playback";
import { setStage } from "../src/stage";

const stage = setStage("gesture");

test("a browser that refuses sound shows the picture and offers the sound", async () => {
  stage.publish();
  const page = await stage.visit(`/watch/${stage.slug}`);
  await untilPlaying(page);
  const unmute = page.getByRole("button", { name: "Tap for sound" });
  await unmute.waitFor();
  expect(await page.evaluate(() => document.querySelector("video")?.muted)).toBe(true);
  await unmute.click();
  expect(await page.evaluate(() => document.querySelector("video")?.muted)).toBe(false);
  await unmute.waitFor({ state: "detached" });
  await untilPlaying(page);
});

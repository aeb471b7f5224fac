import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { untilPlaying } from "../src/playback";
import { setStage } from "../src/stage";

const stage = setStage("gesture");

test("a browser that refuses sound shows the picture and offers the sound", async () => {
  const stream = await stage.stream();
  stage.publish(stream);
  const page = await stage.visit(`/watch/${stream.slug}`);
  await untilSeen(page, "Tap for sound", 20_000);
  await untilPlaying(page);
  expect(await isMuted(page)).toBe(true);

  const unmute = page.getByRole("button", { name: "Tap for sound" });
  await unmute.click();
  expect(await isMuted(page)).toBe(false);
  await unmute.waitFor({ state: "detached" });
  await untilPlaying(page);
});

function isMuted(page: Page): Promise<boolean | undefined> {
  return page.evaluate(() => document.querySelector("video")?.muted);
}

/** Playwright's own ways of looking count as a visitor's gesture, which is what must not happen here. */
async function untilSeen(page: Page, text: string, timeout: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const expression = `document.body.innerText.includes(${JSON.stringify(text)})`;
  const deadline = Date.now() + timeout;
  let seen = false;
  while (!seen && Date.now() < deadline) {
    // oxlint-disable-next-line no-await-in-loop -- it looks again and again
    const { result } = await devtools.send("Runtime.evaluate", { expression, returnByValue: true });
    seen = result.value === true;
    // oxlint-disable-next-line no-await-in-loop
    await sleep(100);
  }
  expect(seen, `“${text}” did not appear`).toBe(true);
}

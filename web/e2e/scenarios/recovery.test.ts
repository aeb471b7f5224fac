import { expect, test } from "vitest";
import { accessibilityFaults } from "../src/accessibility";
import { mediaTime, observe, percentile, untilPlaying } from "../src/playback";
import { setStage } from "../src/stage";

const stage = setStage();

test("the encoder dies and comes back: the picture goes on, without a reload", async () => {
  const stream = await stage.stream();
  const first = stage.publish(stream);
  const page = await stage.visit(`/watch/${stream.slug}`);
  await page.evaluate(() => Object.assign(window, { sameVisit: true }));
  await untilPlaying(page);

  await first.kill();
  await page.getByText("Waiting for the broadcaster").first().waitFor({ timeout: 15_000 });
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.screenshot({ path: stage.picture("waiting.png") });

  stage.publish(stream);
  await untilPlaying(page, 30_000);
  await page.getByText("Waiting for the broadcaster").first().waitFor({ state: "detached" });
  await observe(page, 6);
  const seen = await observe(page, 6);
  expect(percentile(seen.latencies, 0.5)).toBeLessThanOrEqual(2_500);
  expect(seen.stalls).toBe(0);
  expect(await page.evaluate(() => "sameVisit" in window)).toBe(true);
});

test("the broadcast ends: the page says so, and the next one starts by itself", async () => {
  const stream = await stage.stream();
  const first = stage.publish(stream);
  const page = await stage.visit(`/watch/${stream.slug}`);
  await untilPlaying(page);
  await first.stop();
  await page.getByText("is off air", { exact: false }).first().waitFor({ timeout: 60_000 });
  await page.screenshot({ path: stage.picture("off-air.png") });
  stage.publish(stream);
  await untilPlaying(page, 30_000);
});

test("the network goes away and comes back", async () => {
  const stream = await stage.stream();
  stage.publish(stream);
  const page = await stage.visit(`/watch/${stream.slug}`);
  await untilPlaying(page);

  await page.context().setOffline(true);
  await page.getByText("Connection lost").first().waitFor({ timeout: 20_000 });
  await page.getByText("Connection lost, reconnecting").first().waitFor({ timeout: 20_000 });
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.screenshot({ path: stage.picture("connection-lost.png") });
  const frozen = await mediaTime(page);

  await page.context().setOffline(false);
  await page.waitForFunction(
    (before) => (document.querySelector("video")?.currentTime ?? 0) > before + 1,
    frozen,
    { timeout: 30_000 },
  );
  await page.locator("header").getByText("reconnecting").waitFor({ state: "detached", timeout: 15_000 });
  await observe(page, 6);
  const seen = await observe(page, 4);
  expect(percentile(seen.latencies, 0.5)).toBeLessThanOrEqual(2_500);
});

test("the grid says that the server is away, and fills when it answers", async () => {
  const stream = await stage.stream();
  stage.publish(stream);
  const page = await stage.visit("/");
  await page.locator(`a[href="/watch/${stream.slug}"]`).waitFor({ timeout: 15_000 });
  await page.context().setOffline(true);
  await page.getByText("Connection lost").first().waitFor({ timeout: 15_000 });
  await page.context().setOffline(false);
  await page.locator("header").getByText("reconnecting").waitFor({ state: "detached", timeout: 15_000 });
});

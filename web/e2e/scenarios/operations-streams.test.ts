import { beforeAll, expect, test } from "vitest";
import { accessibilityFaults } from "../src/accessibility";
import { type Account, newAdministrator, signIn } from "../src/console";
import { setStage } from "../src/stage";
import { settings } from "../src/settings";
import { atEveryWidth } from "../src/widths";

const stage = setStage();
let admin: Account;

beforeAll(async () => {
  admin = await newAdministrator();
});

test("a stream is made in the console, goes on air, is measured, and is ended for good", async () => {
  const page = await stage.visitConsole("/streams");
  await signIn(page, admin);
  await page.getByRole("heading", { name: "Streams", level: 1 }).waitFor();
  await page.getByRole("button", { name: "New stream" }).first().click();
  const dialog = page.getByRole("dialog");
  const title = `Evening show ${Date.now() % 100_000}`;
  await dialog.getByLabel("Title").fill(title);
  expect(await accessibilityFaults(page)).toEqual([]);
  const slug = await dialog.getByLabel("Name in addresses").inputValue();
  await dialog.getByRole("button", { name: "Create stream" }).click();
  await page.getByRole("heading", { name: "Your stream is ready" }).waitFor();
  const key = await page.getByText(/^nxs_/).innerText();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.screenshot({ path: stage.picture("operations-key.png") });
  await dialog.getByRole("checkbox").click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("heading", { name: title, level: 1 }).waitFor();
  expect(await page.getByText(key).count()).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "operations-stream-offline");

  const publisher = stage.publish({ slug, key, server: settings().rtmpUrl });
  await page.locator("dd", { hasText: /every 1\.00 s/ }).waitFor({ timeout: 30_000 });
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 1, null, { timeout: 30_000 });
  // Its own preview is a viewer.
  await page.locator("dt:text-is('Viewers') + dd", { hasText: "1" }).waitFor({ timeout: 15_000 });
  await page.locator("canvas").first().waitFor();
  await page.waitForTimeout(5_000);
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "operations-stream-live");

  await page.getByRole("link", { name: "Streams" }).first().click();
  await page.getByRole("link", { name: title }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "operations-streams");

  await page.getByRole("link", { name: title }).click();
  await page.getByRole("button", { name: "End stream" }).click();
  await dialog.getByText("Keep the encoder out").click();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.screenshot({ path: stage.picture("operations-end.png") });
  await dialog.getByRole("button", { name: "End stream" }).click();
  await page.getByRole("heading", { name: "The stream has ended and has a new key" }).waitFor({ timeout: 15_000 });
  await dialog.getByRole("checkbox").click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByText("Not on air").first().waitFor({ timeout: 15_000 });
  await expect.poll(() => publisher.errors, { timeout: 15_000 }).not.toBe("");
});

test("a title is changed where two people edit: the second is told", async () => {
  const stream = await stage.stream("Rehearsal");
  const page = await stage.visitConsole(`/streams/${stream.slug}`);
  await signIn(page, admin);
  const rename = async (title: string): Promise<void> => {
    await page.getByRole("button", { name: /^Actions for/ }).click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByRole("textbox", { name: "Title" }).fill(title);
  };
  await rename("Dress rehearsal");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Dress rehearsal", level: 1 }).waitFor();
  await rename("");
  await page.getByRole("button", { name: "Save title" }).click();
  await page.getByText("A title has 1 to 120 characters").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

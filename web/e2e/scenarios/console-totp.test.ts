import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { accessibilityFaults } from "../src/accessibility";
import { codeOf } from "../src/authenticator";
import { arrive, givePassword, newAdministrator, signIn, signOut } from "../src/console";
import { setStage } from "../src/stage";
import { atEveryWidth } from "../src/widths";

const stage = setStage();

/** A code is good for half a minute, and once. */
const NEXT_CODE_MS = 35_000;

test("an authenticator app is set up and asked for; a code works once; a recovery code stands in", async () => {
  const ada = await newAdministrator();
  const page = await stage.visitConsole("/account/security");
  await signIn(page, ada);
  const app = page.locator("section", { has: page.getByRole("heading", { name: "Authenticator app" }) });
  await app.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog");
  const secret = (await dialog.locator("code").textContent()) ?? "";
  await look(page, "totp-set-up");
  await dialog.getByLabel("Code").fill("000000");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await dialog.getByRole("alert").waitFor();
  const first = codeOf(secret);
  await dialog.getByLabel("Code").fill(first);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("heading", { name: "Keep your recovery codes" }).waitFor();
  const codes = await page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").allTextContents();
  expect(new Set(codes).size).toBe(10);
  await look(page, "recovery-codes");
  await page.getByText("I have kept them in a safe place").click();
  await page.getByRole("button", { name: "Done" }).click();
  await app.getByText("In use").waitFor();
  await look(page, "totp");

  await signOut(page);
  await givePassword(page, ada);
  await page.getByRole("heading", { name: "Second step" }).waitFor();
  await look(page, "totp-second-step");
  await page.getByLabel("Code").fill(first);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("alert").filter({ hasText: "used before" }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await expect.poll(() => codeOf(secret), { timeout: NEXT_CODE_MS, interval: 500 }).not.toBe(first);
  await page.getByLabel("Code").fill(codeOf(secret));
  await page.getByRole("button", { name: "Confirm" }).click();
  await arrive(page);

  const [recovery = ""] = codes;
  await signOut(page);
  await givePassword(page, ada);
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await look(page, "totp-recovery");
  await page.getByLabel("Recovery code").fill(recovery);
  await page.getByRole("button", { name: "Confirm" }).click();
  await arrive(page);
  await page.goto("/account/security");
  await page.getByText("9 codes left").waitFor();

  await signOut(page);
  await givePassword(page, ada);
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(recovery);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("alert").waitFor();
});

async function look(page: Page, name: string): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, name);
}

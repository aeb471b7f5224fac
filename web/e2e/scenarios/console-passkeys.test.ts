import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { accessibilityFaults } from "../src/accessibility";
import { Device } from "../src/authenticator";
import { arrive, givePassword, newAdministrator, signIn, signOut } from "../src/console";
import { setStage } from "../src/stage";
import { atEveryWidth } from "../src/widths";

const stage = setStage();

test("a passkey is made, signs in alone and as the second step, proves who is there, and is removed", async () => {
  const ada = await newAdministrator();
  const before = await stage.visitConsole("/api-keys");
  await signIn(before, ada);
  const page = await stage.visitConsole("/account/security");
  const device = await Device.plugInto(page);
  await signIn(page, ada);
  await look(page, "passkeys-none");
  await makePasskey(page, "Studio laptop");
  expect(await device.passkeys()).toHaveLength(1);
  await look(page, "passkeys");

  await device.touched(false);
  await signOut(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
  await look(page, "passkeys-sign-in");
  await device.touched(true);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await arrive(page);

  // Chromium's own device chooses at once what is suggested in the e-mail field.
  await device.touched(false);
  await signOut(page);
  await device.touched(true);
  await page.reload();
  await arrive(page);

  await device.touched(false);
  await signOut(page);
  await givePassword(page, ada);
  await page.getByRole("heading", { name: "Second step" }).waitFor();
  await look(page, "passkeys-second-step");
  await device.touched(true);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await arrive(page);

  // The session of before the passkey is of one factor: what protects the account asks it for both.
  const there = await Device.plugInto(before);
  await there.syncFrom(device);
  await before.getByRole("button", { name: "Create a key" }).first().click();
  await before.getByRole("dialog").getByLabel("Name").fill("Lights");
  await before.getByRole("dialog").getByText("See streams and their keys").click();
  await before.getByRole("button", { name: "Create key" }).click();
  await before.getByRole("heading", { name: "Confirm that it is you" }).waitFor();
  await look(before, "passkeys-step-up");
  await before.getByRole("button", { name: "Use a passkey" }).click();
  await expect.poll(() => before.getByRole("dialog").locator("code").first().textContent()).toMatch(/^nxk_/);

  await page.goto("/account/security");
  await page.getByRole("button", { name: "Passkey Studio laptop" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await look(page, "passkeys-remove");
  await page.getByRole("dialog").getByRole("button", { name: "Remove passkey" }).click();
  await page.getByText("No passkeys yet").waitFor();
  await device.touched(false);
  await signOut(page);
  await device.touched(true);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("alert").filter({ hasText: "passkey was not accepted" }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await signIn(page, ada);
});

test("a device that does not know its user makes no passkey, and one passkey of a device is enough", async () => {
  const ada = await newAdministrator();
  const page = await stage.visitConsole("/account/security");
  const device = await Device.plugInto(page);
  await signIn(page, ada);
  await device.knowsItsUser(false);
  await begin(page, "Found phone");
  await page.getByRole("dialog").getByRole("alert").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await device.knowsItsUser(true);
  await page.getByRole("dialog").getByRole("button", { name: "Go on" }).click();
  await keepCodes(page);
  await begin(page, "The same again");
  await page.getByRole("dialog").getByRole("alert").filter({ hasText: "already has a passkey" }).waitFor();
});

async function makePasskey(page: Page, name: string): Promise<void> {
  await begin(page, name);
  await keepCodes(page);
  await page.getByRole("button", { name: `Passkey ${name}` }).waitFor();
}

async function begin(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "Go on" }).click();
}

/** The first second factor comes with recovery codes. */
async function keepCodes(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "Keep your recovery codes" }).waitFor();
  await expect.poll(() => page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").count()).toBe(10);
  await page.getByText("I have kept them in a safe place").click();
  await page.getByRole("button", { name: "Done" }).click();
}

async function look(page: Page, name: string): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, name);
}

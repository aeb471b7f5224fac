import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { accessibilityFaults } from "../src/accessibility";
import { mailedLink, newAddress, newAdministrator, signIn } from "../src/console";
import { setStage } from "../src/stage";

const stage = setStage();

test("signing in works with the keyboard alone and lasts over a reload; signing out ends every tab", async () => {
  const ada = await newAdministrator();
  const page = await stage.visitConsole("/audit");
  await page.getByLabel("E-mail").waitFor();
  await page.getByLabel("E-mail").focus();
  await page.keyboard.type(ada.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(ada.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Audit log" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/audit");

  await page.goto("/audit?action=session.sign_in");
  await page.reload();
  await page.getByRole("heading", { name: "Audit log" }).waitFor();
  expect(new URL(page.url()).search).toBe("?action=session.sign_in");
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(kept).not.toMatch(/eyJ|nx[a-z]_|verifier/);
  const other = await page.context().newPage();
  await other.goto("/account");
  await other.getByRole("heading", { name: "Profile" }).waitFor();

  await page.bringToFront();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("sign out");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await other.getByRole("heading", { name: "Sign in" }).waitFor();
});

test("a session that is ended elsewhere leads to the entrance, and from there back to the page", async () => {
  const ada = await newAdministrator();
  const page = await stage.visitConsole("/audit");
  await signIn(page, ada);
  const elsewhere = await stage.visitConsole("/account/sessions");
  await signIn(elsewhere, ada);
  await elsewhere.getByRole("button", { name: "Sign out everywhere else" }).click();
  await elsewhere.getByRole("dialog").getByRole("button", { name: /^Sign out/ }).click();
  await elsewhere.getByText("Signed out everywhere else").first().waitFor();
  await page.getByRole("link", { name: "People" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor({ timeout: 10_000 });
  await signIn(page, ada);
  expect(new URL(page.url()).pathname).toBe("/people");
});

test("a wrong password is refused with a reason", async () => {
  const ada = await newAdministrator();
  const page = await stage.visitConsole("/sign-in");
  await page.getByLabel("E-mail").fill(ada.email);
  await page.getByLabel("Password", { exact: true }).fill("not the one");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("an invitation leads by mail to an account, once", async () => {
  const page = await stage.visitConsole("/people");
  await signIn(page, await newAdministrator());
  const email = newAddress("grace");
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByRole("textbox", { name: "Name" }).fill("Grace Hopper");
  await dialog.getByRole("button", { name: "Send invitation" }).click();
  await page.getByText("Invitation sent").first().waitFor();

  const link = await mailedLink(email);
  const guest = await stage.visitConsole(link);
  await guest.getByRole("heading", { name: /^Join/ }).waitFor();
  expect(new URL(guest.url()).hash).toBe("");
  expect(await accessibilityFaults(guest)).toEqual([]);
  await guest.getByLabel("Password", { exact: true }).fill("glacier tuba seven mandolin");
  await guest.getByRole("button", { name: "Accept" }).click();
  await guest.getByRole("link", { name: "Sign in" }).click();
  await signIn(guest, { email, password: "glacier tuba seven mandolin" });

  const late = await stage.visitConsole(link);
  await late.getByRole("heading", { name: /no good any more/ }).waitFor();
});

test("an API key is shown once, works, and is refused once revoked", async () => {
  const page = await stage.visitConsole("/api-keys");
  await signIn(page, await newAdministrator());
  await page.getByRole("button", { name: "Create a key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Lights controller");
  await dialog.getByText("See streams and their keys").click();
  await dialog.getByRole("button", { name: "Create key" }).click();
  const key = (await page.getByRole("dialog").locator("code").textContent()) ?? "";
  expect(key).toMatch(/^nxk_/);
  expect(await statusWith(page, key)).toBe(200);
  await page.getByText("I have kept it in a safe place").click();
  await page.getByRole("button", { name: "Done" }).click();

  await page.getByRole("button", { name: "Key Lights controller" }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke key" }).click();
  await page.getByText("Key revoked").first().waitFor();
  await expect.poll(() => statusWith(page, key), { timeout: 5_000 }).toBe(401);
});

test("the audit log finds the sign-in and proves that it is sealed", async () => {
  const page = await stage.visitConsole("/audit?action=session.sign_in");
  await signIn(page, await newAdministrator());
  await page.getByRole("button", { name: "session.sign_in" }).first().click();
  await page.getByText(/Sealed: number \d+ of \d+ entries/).waitFor({ timeout: 90_000 });
});

function statusWith(page: Page, key: string): Promise<number> {
  return page.evaluate(async (bearer) => {
    const response = await fetch("/api/v1/registrations", { headers: { authorization: `Bearer ${bearer}` } });
    return response.status;
  }, key);
}

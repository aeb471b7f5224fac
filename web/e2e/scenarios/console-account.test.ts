import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { accessibilityFaults } from "../src/accessibility";
import { type Account, mailedLink, newAddress, newAdministrator, signIn } from "../src/console";
import { setStage } from "../src/stage";
import { atEveryWidth } from "../src/widths";

const stage = setStage();

/** Answers the question who one is, when it is asked. */
async function confirm(page: Page, { password }: Account): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  const asked = await dialog.waitFor({ timeout: 2_000 }).then(
    () => true,
    () => false,
  );
  if (asked) {
    await dialog.getByLabel("Your password", { exact: true }).fill(password);
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await dialog.waitFor({ state: "detached" });
  }
}

test("a password is weighed as it is typed", async () => {
  const account = await newAdministrator("Grace Example");
  const page = await stage.visitConsole("/account/security");
  await signIn(page, account);
  await page.getByRole("button", { name: "Change password" }).click();
  const dialog = page.getByRole("dialog", { name: "Change password" });
  const next = dialog.getByLabel("New password", { exact: true });
  await next.fill("Qwertyuiop");
  await dialog.getByText("known from leaks").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "account-password-weak");
  await next.fill("Grace Example");
  await dialog.getByText("your own name").waitFor();
  await next.fill("violet engine 1843 loom");
  await dialog.getByText("Very strong.").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByLabel("Current password", { exact: true }).fill(account.password);
  await dialog.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Password changed").waitFor();
});

test("another address is proven by a mail, and the old one can take it back", async () => {
  const account = await newAdministrator("Grace Example");
  const address = newAddress("grace");
  const page = await stage.visitConsole("/account");
  await signIn(page, account);
  await page.getByRole("button", { name: "Change e-mail" }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "account-profile");
  await page.getByRole("button", { name: "Change e-mail" }).click();
  await page.getByLabel("New e-mail").fill(account.email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await confirm(page, account);
  await page.getByText("This is your address already").waitFor();
  await page.getByLabel("New e-mail").fill(address);
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "account-email");
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByText("Look into your mail").waitFor();

  const visitor = await stage.visitConsole(await mailedLink(address));
  await visitor.getByRole("button", { name: "Confirm" }).click();
  await visitor.getByRole("heading", { name: "Your address is changed" }).waitFor();
  await page.reload();
  await page.getByText(address).first().waitFor();

  await visitor.goto(await mailedLink(account.email));
  await visitor.getByRole("heading", { name: "Take your account back?" }).waitFor();
  expect(await accessibilityFaults(visitor)).toEqual([]);
  await atEveryWidth(visitor, stage, "account-take-back");
  await visitor.getByRole("button", { name: "Give it this address again" }).click();
  await visitor.getByRole("heading", { name: "Your account has this address again" }).waitFor();
  // Whoever had changed it is out, as they find with the next thing that they do.
  await page.getByRole("link", { name: "Sessions" }).click();
  await page.getByLabel("E-mail").waitFor({ timeout: 20_000 });
  await signIn(page, account);
});

test("what is kept about an account comes as a file", async () => {
  const account = await newAdministrator("Grace Example");
  const page = await stage.visitConsole("/account");
  await signIn(page, account);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download my data" }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe("nexus-account.json");
  const everything: unknown = JSON.parse(await readFile(await download.path(), "utf8"));
  expect(everything).toMatchObject({ account: { email: account.email }, sessions: [{ proven_by: ["pwd"] }] });
});

test("an account is closed by its owner and comes back by a mail", async () => {
  const account = await newAdministrator("Grace Example");
  const page = await stage.visitConsole("/account");
  await signIn(page, account);
  await page.getByRole("button", { name: "Delete account" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete your account?" });
  await dialog.waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "account-delete");
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await confirm(page, account);
  await page.getByRole("heading", { name: "Your account is closed" }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "account-closed");

  await page.goto(await mailedLink(account.email));
  await page.getByRole("heading", { name: "Keep your account?" }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "account-restore");
  await page.getByRole("button", { name: "Keep my account" }).click();
  await page.getByRole("heading", { name: "Your account is open again" }).waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, account);
});

test("an administrator closes an account, and opens it again", async () => {
  const [administrator, account] = await Promise.all([newAdministrator(), newAdministrator("Grace Example")]);
  const page = await stage.visitConsole("/people");
  await signIn(page, administrator);
  await page.getByRole("searchbox").fill(account.email);
  await page.getByRole("link", { name: account.email }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByText("until then the account can be enabled again").waitFor();
  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByText("Being deleted").waitFor();
  await page.getByText("Erased", { exact: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "person-leaving");
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByText("Active").waitFor();
});

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { settings } from "./settings";

const COMMAND_DEADLINE_MS = 20_000;
const MAIL_DEADLINE_MS = 20_000;
const SIGN_IN_DEADLINE_MS = 15_000;

/** Somebody with an account. */
export interface Account {
  email: string;
  password: string;
}

/** Somebody who may do everything; an account of its own, so that scenarios do not depend on each other's. */
export async function newAdministrator(name = "Ada Example"): Promise<Account> {
  const account = { email: newAddress("ada"), password: `quiet-harbour-${randomBytes(6).toString("hex")}` };
  const create = ["create-admin", "--additional", "--email", account.email, "--name", name, "--password-stdin"];
  await nexus(["admin", ...create], account.password);
  return account;
}

/** An address that nobody has yet. */
export function newAddress(name: string): string {
  return `${name}-${randomBytes(4).toString("hex")}@example.org`;
}

/** The link in the first mail to an address that is about something, as a platform without a mail server keeps it. */
export async function mailedLink(to: string, about = /./): Promise<string> {
  const deadline = Date.now() + MAIL_DEADLINE_MS;
  while (Date.now() < deadline) {
    // One question after another until the mail is there.
    /* oxlint-disable no-await-in-loop */
    const { mails } = JSON.parse(await nexus(["mail", "list", "--json"])) as {
      mails: ReadonlyArray<{ to: string; subject: string; text: string }>;
    };
    const link = mails.find((mail) => mail.to === to && about.test(mail.subject))?.text.match(/https:\S+/)?.[0];
    if (link !== undefined) {
      return link;
    }
    await pause(250);
    /* oxlint-enable no-await-in-loop */
  }
  throw new Error(`no mail with a link came to ${to}`);
}

/** Signs in by the form, as a person does. */
export async function signIn(page: Page, account: Account): Promise<void> {
  await givePassword(page, account);
  await arrive(page);
}

/** E-mail and password, after which something else may be asked for. */
export async function givePassword(page: Page, { email, password }: Account): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Waits until the console shows who is signed in. */
export async function arrive(page: Page): Promise<void> {
  await page.getByRole("button", { name: /account of/ }).waitFor({ timeout: SIGN_IN_DEADLINE_MS });
}

/** Signs out by the menu, which leads to the entrance. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor({ timeout: SIGN_IN_DEADLINE_MS });
}

/** Runs a command of the program under test; `NEXUS_ADMIN` names it, and options that follow `admin` hold for all. */
function nexus([group = "", ...args]: readonly string[], input = ""): Promise<string> {
  const { streams } = settings();
  if (streams.kind !== "registered") {
    throw new Error("scenarios of the console need NEXUS_ADMIN, which makes their accounts");
  }
  const [program = "", ...words] = streams.command.map((word) => (word === "admin" ? group : word));
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...words, ...args], { timeout: COMMAND_DEADLINE_MS }, (error, stdout, said) => {
      if (error === null) {
        resolve(stdout);
      } else {
        reject(new Error(`${error.message}\n${said}`));
      }
    });
    child.stdin?.end(`${input}\n`);
  });
}

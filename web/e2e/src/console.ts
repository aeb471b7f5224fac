import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { settings } from "./settings";

const COMMAND_DEADLINE_MS = 20_000;

/** Somebody who may do everything. */
export interface Administrator {
  email: string;
  password: string;
}

/** Makes an account of its own on the server, so that scenarios do not depend on each other's. */
export async function newAdministrator(): Promise<Administrator> {
  const { streams } = settings();
  if (streams.kind !== "registered") {
    throw new Error("scenarios of the console need NEXUS_ADMIN, which makes their accounts");
  }
  const made = randomBytes(6).toString("hex");
  const admin = { email: `e2e-${made}@example.org`, password: `quiet-harbour-${made}` };
  const create = ["create-admin", "--additional", "--email", admin.email, "--name", "Ada Example", "--password-stdin"];
  const [program = "", ...args] = [...streams.command, ...create];
  await runWithInput(program, args, `${admin.password}\n`);
  return admin;
}

/** Signs in by the form, as a person does. */
export async function signIn(page: Page, { email, password }: Administrator): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation").first().waitFor({ timeout: 15_000 });
}

function runWithInput(program: string, args: readonly string[], input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { timeout: COMMAND_DEADLINE_MS }, (error, _, said) => {
      if (error === null) {
        resolve();
      } else {
        reject(new Error(`${error.message}\n${said}`));
      }
    });
    child.stdin?.end(input);
  });
}

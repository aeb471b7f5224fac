import { createHash, randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { beforeAll, test } from "vitest";
import { type Account, mailedLink, newAddress, newAdministrator, signIn } from "../src/console";
import { setStage } from "../src/stage";
import { atEveryWidth } from "../src/widths";

const stage = setStage();
let admin: Account;

beforeAll(async () => {
  admin = await newAdministrator();
});

const heading = (page: Page, name: string | RegExp): Promise<void> => page.getByRole("heading", { name }).first().waitFor();

test("the entrance", async () => {
  const page = await stage.visitConsole("/overview");
  await heading(page, "Sign in");
  await atEveryWidth(page, stage, "sign-in");
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await atEveryWidth(page, stage, "sign-up");
  await page.goto("/recover");
  await page.getByLabel("E-mail").fill(admin.email);
  await atEveryWidth(page, stage, "recover");
  await page.locator("form button[type=submit]").click();
  const reset = await mailedLink(admin.email);
  await page.goto(reset);
  await page.getByLabel("New password", { exact: true }).or(page.getByLabel("Password", { exact: true })).first().waitFor();
  await atEveryWidth(page, stage, "reset-password");
  await page.goto("/verify-email#token=nothing");
  await heading(page, /no good any more/);
  await atEveryWidth(page, stage, "link-gone");
});

test("an invitation", async () => {
  const page = await stage.visitConsole("/people");
  await signIn(page, admin);
  await page.getByRole("button", { name: "Invite" }).click();
  const email = newAddress("grace");
  await page.getByRole("dialog").getByLabel("E-mail").fill(email);
  await page.getByRole("dialog").getByLabel("Name").fill("Grace Hopper");
  await atEveryWidth(page, stage, "invite");
  await page.getByRole("button", { name: "Send invitation" }).click();
  await page.getByText("Open invitations").first().waitFor();
  const guest = await stage.visitConsole(await mailedLink(email));
  await heading(guest, "Join Nexus");
  await atEveryWidth(guest, stage, "invitation");
});

test("an app asks for consent, and a device for a code", async () => {
  const page = await stage.visitConsole("/clients");
  await signIn(page, admin);
  await page.getByRole("button", { name: "Register a client" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("Rundown planner");
  await dialog.getByRole("textbox", { name: "Redirect addresses" }).fill("https://planner.example/callback");
  await dialog.getByText("See streams and their keys").click();
  await atEveryWidth(page, stage, "client-register");
  await dialog.getByRole("button", { name: "Register" }).click();
  await page.getByRole("dialog").getByText("I have kept it").click();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("link", { name: /Rundown planner/ }).first().waitFor();
  await atEveryWidth(page, stage, "clients");
  await page.getByRole("link", { name: /Rundown planner/ }).first().click();
  await heading(page, "Rundown planner");
  const text = await page.locator("main").innerText();
  await atEveryWidth(page, stage, "client");

  const clientId = text.match(/nxa?p?p?_?[\w-]{16,}|[\w-]{20,}/)?.[0] ?? "";
  const challenge = createHash("sha256").update(randomBytes(32).toString("hex")).digest("base64url");
  const request = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: "https://planner.example/callback",
    scope: "openid email streams:read",
    state: "s",
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
  await page.goto(`/oauth2/authorize?${request.toString()}`);
  await heading(page, /^Let Rundown planner in/);
  await atEveryWidth(page, stage, "consent");
  await page.goto("/device");
  await heading(page, "Connect a device");
  await atEveryWidth(page, stage, "device");
  await page.goto("/no-such-page");
  await heading(page, "There is no such page");
  await atEveryWidth(page, stage, "not-found");
});

test("the daily work", async () => {
  const stream = await stage.stream("Morning show");
  stage.publish(stream);
  const page = await stage.visitConsole("/streams");
  await signIn(page, admin);
  await page.getByRole("link", { name: "Morning show" }).first().waitFor();
  await atEveryWidth(page, stage, "streams");
  await page.goto(`/streams/${stream.slug}`);
  await page.locator("canvas").first().waitFor({ timeout: 30_000 });
  await page.waitForTimeout(20_000);
  await atEveryWidth(page, stage, "stream-live");
  await page.goto("/overview");
  await page.locator(`a[href="/streams/${stream.slug}"] img`).waitFor({ timeout: 30_000 });
  await page.waitForTimeout(10_000);
  await atEveryWidth(page, stage, "overview");
  await page.goto("/checks");
  await page.getByRole("button", { name: "Run checks" }).click();
  await heading(page, /fit for use|needs attention/);
  await atEveryWidth(page, stage, "checks");
});

test("people, keys, the log and one's own account", async () => {
  const page = await stage.visitConsole("/people");
  await signIn(page, admin);
  await page.getByRole("link", { name: new RegExp(admin.email) }).first().waitFor();
  await atEveryWidth(page, stage, "people");
  await page.getByRole("link", { name: new RegExp(admin.email) }).first().click();
  await page.getByRole("heading", { name: "Sessions" }).waitFor();
  await atEveryWidth(page, stage, "person");
  await page.goto("/organisations");
  await heading(page, "Organisations");
  await page.waitForLoadState("networkidle");
  await atEveryWidth(page, stage, "organisations");
  await page.goto("/api-keys");
  await heading(page, "API keys");
  await page.waitForLoadState("networkidle");
  await atEveryWidth(page, stage, "api-keys-empty");
  await page.getByRole("button", { name: "Create a key" }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill("Lights controller");
  await page.getByRole("dialog").getByText("See streams and their keys").click();
  await atEveryWidth(page, stage, "api-key-create");
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByText("I have kept it in a safe place").waitFor();
  await atEveryWidth(page, stage, "api-key-secret");
  await page.getByText("I have kept it in a safe place").click();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("Lights controller").first().waitFor();
  await atEveryWidth(page, stage, "api-keys");
  await page.goto("/audit");
  await page.locator("table tbody tr").first().waitFor();
  await atEveryWidth(page, stage, "audit");
  await page.getByRole("button", { name: "session.sign_in" }).first().click();
  await page.getByText(/Sealed: number \d+ of \d+ entries/).waitFor({ timeout: 90_000 });
  await atEveryWidth(page, stage, "audit-entry");
  for (const [path, name] of [["/account", "profile"], ["/account/security", "security"], ["/account/sessions", "sessions"], ["/account/apps", "apps"]] as const) {
    // One screen after another in one tab.
    /* oxlint-disable no-await-in-loop */
    await page.goto(path);
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    await page.waitForLoadState("networkidle");
    await atEveryWidth(page, stage, `account-${name}`);
    /* oxlint-enable no-await-in-loop */
  }
});

test("a list that is on its way, one that failed, and a server that is away", async () => {
  const page = await stage.visitConsole("/audit");
  await signIn(page, admin);
  await page.route("**/api/v1/people?*", (route) => route.fulfill({ status: 500, json: { code: "internal", detail: "something failed on our side", title: "Something failed" } }));
  await page.route("**/api/v1/people", (route) => route.fulfill({ status: 500, json: { code: "internal", detail: "something failed on our side", title: "Something failed" } }));
  await page.getByRole("link", { name: "People" }).click();
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await atEveryWidth(page, stage, "state-error");
  await page.route("**/api/v1/api-keys*", () => undefined);
  await page.getByRole("link", { name: "API keys" }).click();
  await heading(page, "API keys");
  await atEveryWidth(page, stage, "state-loading");
  await page.context().setOffline(true);
  await page.getByRole("link", { name: "Audit log" }).click();
  await page.getByText("Reconnecting").first().waitFor({ timeout: 20_000 });
  await atEveryWidth(page, stage, "state-offline");
});

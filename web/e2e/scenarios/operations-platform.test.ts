import { beforeAll, expect, test } from "vitest";
import { accessibilityFaults } from "../src/accessibility";
import { type Account, newAdministrator, signIn } from "../src/console";
import { setStage } from "../src/stage";
import { atEveryWidth } from "../src/widths";

const stage = setStage();
let admin: Account;

beforeAll(async () => {
  admin = await newAdministrator();
});

test("the overview shows what is on air and how the platform is doing", async () => {
  const stream = await stage.stream("Morning show");
  stage.publish(stream);
  const page = await stage.visitConsole("/overview");
  await signIn(page, admin);
  const card = page.locator(`a[href="/streams/${stream.slug}"]`);
  await card.locator("img").waitFor({ timeout: 30_000 });
  const ready = (name: string): Promise<void> => page.locator("li", { hasText: name }).getByText("Ready").waitFor();
  await Promise.all(["Gateway API", "StreamCore", "PostgreSQL", "Redis"].map(ready));
  // Long enough for the lines to be seen.
  await page.waitForTimeout(10_000);
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "operations-overview");

  await page.context().setOffline(true);
  await page.getByText("reconnecting", { exact: false }).first().waitFor({ timeout: 20_000 });
  expect(await page.locator("li", { hasText: "StreamCore" }).count()).toBeGreaterThan(0);
  await page.context().setOffline(false);
  await page.locator("header").getByText("reconnecting").waitFor({ state: "detached", timeout: 20_000 });
});

test("the system checks are run from the console and pass", async () => {
  const page = await stage.visitConsole("/checks");
  await signIn(page, admin);
  await page.getByRole("button", { name: "Run checks" }).click();
  await page.getByRole("heading", { name: "The platform is fit for use" }).waitFor({ timeout: 30_000 });
  await page.getByText("PF-DB-001").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await atEveryWidth(page, stage, "operations-checks");
  await page.getByText(/^Only what needs attention/).click();
  expect(await page.getByText("PF-DB-001").count()).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
});

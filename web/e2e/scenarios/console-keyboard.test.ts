import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { type Account, newAdministrator, signIn } from "../src/console";
import { setStage } from "../src/stage";

const stage = setStage();
let admin: Account;

beforeAll(async () => {
  admin = await newAdministrator();
});

test("the first stop leads past the navigation", async () => {
  const page = await stage.visitConsole("/people");
  await signIn(page, admin);
  await page.reload();
  await page.getByRole("button", { name: "Invite" }).waitFor();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("Skip to content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("Invite");
});

test("dialogs, menus and the palette give the keyboard back to where it was", async () => {
  const page = await stage.visitConsole("/people");
  await signIn(page, admin);
  const invite = page.getByRole("button", { name: "Invite" });
  await invite.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Invite");

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search pages and commands" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Invite");

  await page.getByRole("button", { name: /account of/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await expect.poll(() => focused(page)).toBe("Account");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page)).toBe("Sign out");
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toMatch(/account of/);
});

test("at twice the size nothing has to be scrolled sideways, and who wants no motion gets none", async () => {
  const page = await stage.visitConsole("/people");
  await signIn(page, admin);
  // A window of 1280 pixels shows 640 of them at twice the size.
  await page.setViewportSize({ width: 640, height: 400 });
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const path of ["/overview", "/streams", "/people", "/organisations", "/api-keys", "/clients", "/audit", "/account"]) {
    // One screen after another in one tab.
    /* oxlint-disable no-await-in-loop */
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    const moving = await page.evaluate(
      () => document.getAnimations().filter((a) => a.playState === "running" && Number(a.effect?.getComputedTiming().duration) > 10).length,
    );
    expect({ path, over, moving }).toEqual({ path, over: 0, moving: 0 });
    /* oxlint-enable no-await-in-loop */
  }
});

/** What the keyboard is on, by its text. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
}

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { newAddress, newAdministrator, signIn } from "../src/console";
import { setStage } from "../src/stage";
import { atEveryWidth } from "../src/widths";

const stage = setStage();

test("a studio is founded, told that its plan is full, divided into teams, renamed and deleted", async () => {
  const page = await stage.visitConsole("/organisations");
  await signIn(page, await newAdministrator());
  await page.getByRole("button", { name: "New organisation" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Studio Lovelace");
  await page.getByRole("button", { name: "Found it" }).click();
  await page.getByText("You are owner here.").waitFor();

  // The plan of a new organisation has one seat, which its owner has.
  await page.getByText("Nobody else can be invited.").waitFor();
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("dialog").getByLabel("E-mail").fill(newAddress("grace"));
  await page.getByRole("button", { name: "Send invitation" }).click();
  const refused = page.getByRole("dialog").getByRole("alert");
  await refused.waitFor();
  expect(await refused.textContent()).toMatch(/plan/);
  await atEveryWidth(page, stage, "organisation-full");
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "New team" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Cameras");
  await page.getByRole("button", { name: "Create team" }).click();
  await choose(page, "Team Cameras", "Members");
  await page.getByRole("dialog").getByText("Ada Example").click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /Cameras/ }).getByText("Ada Example").waitFor();
  await atEveryWidth(page, stage, "organisation");

  await choose(page, "Member Ada Example", "Leave");
  await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await page.getByRole("dialog").getByRole("alert").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Studio Hopper");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await page.getByRole("heading", { name: "Studio Hopper" }).waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete organisation" }).click();
  await page.getByText("Organisation deleted").first().waitFor();
  expect(await page.getByRole("link", { name: "Studio Hopper" }).count()).toBe(0);
});

async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.getByRole("button", { name: menu }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

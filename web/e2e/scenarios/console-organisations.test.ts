import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { type Account, mailedLink, newAddress, newAdministrator, signIn } from "../src/console";
import { setStage } from "../src/stage";
import { atEveryWidth } from "../src/widths";

const stage = setStage();

test("a studio is founded, filled, divided into teams, handed over and deleted", async () => {
  const page = await stage.visitConsole("/organisations");
  await signIn(page, await newAdministrator());
  await page.getByRole("button", { name: "New organisation" }).click();
  await nameIt(page, "Studio Lovelace");
  await page.getByRole("button", { name: "Found it" }).click();
  await page.getByText("You are an owner here.").waitFor();

  // The plan of a new organisation has one seat, which its owner has.
  await page.getByText("Nobody else can be invited.").waitFor();
  const grace: Account = { email: newAddress("grace"), password: "glacier tuba seven mandolin" };
  await invite(page, grace.email);
  await page.getByText(/All seats of the plan Free are taken. The plan Creator has room/).waitFor();
  await atEveryWidth(page, stage, "organisation-full");
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Change plan" }).click();
  await page.getByRole("combobox", { name: "Plan" }).click();
  await page.getByRole("option", { name: /^Creator/ }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("of 3 taken").waitFor();
  await invite(page, grace.email);
  await page.getByRole("button", { name: `Withdraw the invitation of ${grace.email}` }).waitFor();

  const guest = await stage.visitConsole(await mailedLink(grace.email));
  await guest.getByRole("heading", { name: "Join Studio Lovelace" }).waitFor();
  await guest.getByLabel("Your name").fill("Grace Hopper");
  await guest.getByLabel("Password", { exact: true }).fill(grace.password);
  await guest.getByRole("button", { name: "Accept" }).click();
  await guest.getByRole("link", { name: "Sign in" }).click();
  await signIn(guest, grace);
  await guest.goto("/organisations");
  await guest.getByRole("link", { name: "Studio Lovelace" }).click();
  await guest.getByText("You are a member here.").waitFor();
  expect(await guest.getByRole("button", { name: "Invite" }).count()).toBe(0);

  await page.reload();
  await page.getByRole("button", { name: "New team" }).click();
  await nameIt(page, "Cameras");
  await page.getByRole("button", { name: "Create team" }).click();
  await choose(page, "Team Cameras", "Members");
  await page.getByRole("dialog").getByText("Grace Hopper").click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /Cameras/ }).getByText("Grace Hopper").waitFor();
  await atEveryWidth(page, stage, "organisation");

  await choose(page, "Member Grace Hopper", "Hand over ownership");
  await page.getByRole("button", { name: "Hand over" }).click();
  await page.getByText("You are an admin here.").waitFor();

  await guest.reload();
  await guest.getByText("You are an owner here.").waitFor();
  await choose(guest, "Member Ada Example", "Remove");
  await guest.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await guest.getByRole("row", { name: /Ada Example/ }).waitFor({ state: "detached" });
  // An organisation always has an owner.
  await choose(guest, "Member Grace Hopper", "Leave");
  await guest.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await guest.getByRole("dialog").getByRole("alert").waitFor();
  await guest.getByRole("button", { name: "Cancel" }).click();
  await guest.getByRole("button", { name: "Rename" }).click();
  await nameIt(guest, "Studio Hopper");
  await guest.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await guest.getByRole("heading", { name: "Studio Hopper" }).waitFor();
  await guest.getByRole("button", { name: "Delete" }).click();
  await guest.getByRole("button", { name: "Delete organisation" }).click();
  await guest.getByText("You belong to no organisation").waitFor();
});

async function nameIt(page: Page, name: string): Promise<void> {
  await page.getByRole("textbox", { name: "Name" }).fill(name);
}

async function invite(page: Page, email: string): Promise<void> {
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("dialog").getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send invitation" }).click();
}

async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.getByRole("button", { name: menu }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

import type { Page } from "playwright-core";
import { accessibilityFaults } from "./accessibility";
import type { Stage } from "./stage";

const WIDTHS = [
  { width: 360, height: 740 },
  { width: 1_280, height: 800 },
  { width: 3_840, height: 2_160 },
] as const;

type Size = (typeof WIDTHS)[number];

/** Pictures of a page on a phone, on a laptop and on a television, for people to look at. It must not scroll sideways, and axe finds nothing wrong. */
export async function atEveryWidth(page: Page, stage: Stage, name: string): Promise<void> {
  const before = page.viewportSize();
  const [phone, laptop, television] = WIDTHS;
  await takePicture(page, stage, name, phone);
  await takePicture(page, stage, name, laptop);
  await takePicture(page, stage, name, television);
  if (before !== null) {
    await page.setViewportSize(before);
  }
}

async function takePicture(page: Page, stage: Stage, name: string, size: Size): Promise<void> {
  await page.setViewportSize(size);
  await page.waitForTimeout(400);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) {
    throw new Error(`${name} is ${over} px too wide at ${size.width} px`);
  }
  await page.evaluate(() => window.scrollTo(0, 0));
  const faults = await accessibilityFaults(page);
  if (faults.length > 0) {
    throw new Error(`${name} at ${size.width} px: ${faults.join("\n")}`);
  }
  await page.screenshot({ path: stage.picture(`${name}-${size.width}.png`), fullPage: size.width < 3_000 });
}

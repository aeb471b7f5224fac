import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { env } from "node:process";
import { type Browser, chromium } from "playwright-core";
import { pinOf } from "./certificate";
import type { Settings } from "./settings";

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** `allowed` plays with sound at once; `gesture` is what a first visit in the wild gets. */
export type Autoplay = "allowed" | "gesture";

/** The system's Chromium, which trusts what the platform's own authority vouches for, and else only public ones. */
export async function launch(settings: Settings, autoplay: Autoplay = "allowed"): Promise<Browser> {
  const policy = autoplay === "allowed" ? "no-user-gesture-required" : "document-user-activation-required";
  return chromium.launch({
    executablePath: settings.chromium ?? findChromium(),
    args: [...FLAGS, `--autoplay-policy=${policy}`, ...(await trust(settings))],
  });
}

async function trust({ authority, tvUrl }: Settings): Promise<string[]> {
  return authority === null
    ? []
    : [`--ignore-certificate-errors-spki-list=${await pinOf(new URL(tvUrl), authority)}`];
}

function findChromium(): string {
  const folders = (env.PATH ?? "").split(delimiter);
  const candidates = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  const found = candidates.find(isExecutable);
  if (found === undefined) {
    throw new Error("no Chromium in PATH: install the package `chromium`, or name one in CHROMIUM");
  }
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import type { Settings } from "./settings";

const run = promisify(execFile);

/** An ended stream can be watched to its end and resumed for this long at most. */
const MEMORY_MS = 90_000;
const COMMAND_DEADLINE_MS = 20_000;

/** A stream that a scenario may publish to; nothing of it is on the server yet. */
export interface Stream {
  slug: string;
  key: string;
  /** RTMP address without the key. */
  server: string;
}

export async function newStream(
  settings: Settings,
  title: string,
  page: () => Promise<Page>,
): Promise<Stream> {
  const { streams, rtmpUrl } = settings;
  if (streams.kind === "registered") {
    return register(streams.command, title, rtmpUrl);
  }
  await untilForgotten(await page(), streams.slug);
  return { slug: streams.slug, key: streams.key, server: rtmpUrl };
}

async function register(command: readonly string[], title: string, server: string): Promise<Stream> {
  const slug = `e2e-${randomBytes(4).toString("hex")}`;
  const create = ["--json", "stream-key", "create", "--slug", slug, "--title", title];
  const [program = "", ...args] = [...command, ...create];
  const { stdout } = await run(program, args, { timeout: COMMAND_DEADLINE_MS });
  const { key } = JSON.parse(stdout) as { key: string };
  return { slug, key, server };
}

async function untilForgotten(page: Page, slug: string): Promise<void> {
  await page.waitForFunction(async (path) => !(await fetch(path)).ok, `/live/${slug}/index.m3u8`, {
    timeout: MEMORY_MS,
    polling: 1_000,
  });
}

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
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

export async function newStream(settings: Settings, page: () => Promise<Page>): Promise<Stream> {
  const { streams, rtmpUrl } = settings;
  if (streams.kind === "registered") {
    return register(streams.command, rtmpUrl);
  }
  await untilForgotten(await page(), streams.slug);
  return { slug: streams.slug, key: streams.key, server: rtmpUrl };
}

async function register(command: readonly string[], server: string): Promise<Stream> {
  const slug = `e2e-${randomBytes(4).toString("hex")}`;
  const [program = "", ...args] = [...command, "--json", "stream-key", "create", "--slug", slug, "--title", "End to end"];
  const { stdout } = await run(program, args, { timeout: COMMAND_DEADLINE_MS });
  const { key } = JSON.parse(stdout) as { key: string };
  return { slug, key, server };
}

async function untilForgotten(page: Page, slug: string): Promise<void> {
  const deadline = Date.now() + MEMORY_MS;
  while (await page.evaluate(async (path) => (await fetch(path)).ok, `/live/${slug}/index.m3u8`)) {
    if (Date.now() > deadline) {
      throw new Error(`somebody else publishes ${slug}`);
    }
    // oxlint-disable-next-line no-await-in-loop -- it asks again and again
    await sleep(1_000);
  }
}

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type Autoplay, launch } from "./browser";
import { Publisher, type Source } from "./publisher";
import { settings } from "./settings";
import { newStream, type Stream } from "./streams";

/** What a scenario works with; everything is put away after each test. */
export interface Stage {
  readonly watchSeconds: number;
  readonly films: readonly string[];
  readonly updateScreenshots: boolean;
  /** A fresh visitor's page. */
  visit(path: string, viewport?: Viewport): Promise<Page>;
  /** The console, where nobody is signed in yet. */
  visitConsole(path: string): Promise<Page>;
  /** A stream of which nothing is on air yet. */
  stream(title?: string): Promise<Stream>;
  publish(stream: Stream, source?: Source): Publisher;
  /** Where a picture for people goes. */
  picture(name: string): string;
}

interface Viewport {
  width: number;
  height: number;
}

const USUAL: Viewport = { width: 1280, height: 800 };

/** Errors in the console that the scenarios provoke themselves. */
const EXPECTED = /Failed to load resource|net::ERR/;

/** Sets the stage for one file of scenarios; call it once at the top. */
export function setStage(autoplay: Autoplay = "allowed"): Stage {
  const config = settings();
  let browser: Browser;
  let publishers: Publisher[] = [];
  const surprises: string[] = [];

  const open = async (baseURL: string, path: string, viewport: Viewport): Promise<Page> => {
    const context = await browser.newContext({ baseURL, viewport });
    const page = await context.newPage();
    page.on("pageerror", (error) => surprises.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !EXPECTED.test(message.text())) {
        surprises.push(message.text());
      }
    });
    await page.goto(path);
    return page;
  };

  const visit = (path: string, viewport = USUAL): Promise<Page> => open(config.tvUrl, path, viewport);

  beforeAll(async () => {
    mkdirSync(config.out, { recursive: true });
    browser = await launch(config, autoplay);
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await Promise.all(publishers.map((publisher) => publisher.stop()));
    publishers = [];
    const seen = surprises.splice(0);
    if (seen.length > 0) {
      throw new Error(`the page complained: ${seen.join("\n")}`);
    }
  });

  afterAll(() => browser?.close());

  return {
    watchSeconds: config.watchSeconds,
    updateScreenshots: config.updateScreenshots,
    picture: (name) => join(config.out, name),
    films: config.films,
    visitConsole: (path) => open(config.consoleUrl, path, USUAL),
    stream: (title = "End to end") => newStream(config, title, () => visit("/")),
    publish: (stream, source) => {
      const publisher = Publisher.start(stream, source);
      publishers.push(publisher);
      return publisher;
    },
    visit,
  };
}

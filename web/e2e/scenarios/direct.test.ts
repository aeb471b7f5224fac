import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { untilPlaying } from "../src/playback";
import { setStage } from "../src/stage";

const stage = setStage();

test("media comes straight from StreamCore, and through the gateway where a firewall is in the way", async () => {
  const stream = await stage.stream();
  stage.publish(stream);

  const open = await stage.visit("/");
  await open.locator(`a[href="/watch/${stream.slug}"]`).getByText("Live", { exact: true }).waitFor({ timeout: 15_000 });
  const direct = mediaOrigins(open);
  await open.goto(`/watch/${stream.slug}`);
  await untilPlaying(open);
  const gateway = new URL(open.url()).origin;
  expect([...direct].filter((origin) => origin !== gateway)).toHaveLength(1);
  expect(direct.has(gateway)).toBe(false);

  const fenced = await stage.visit("/");
  await fenced.route((url) => url.origin !== gateway, (route) => route.abort("connectionrefused"));
  const around = mediaOrigins(fenced);
  await fenced.goto(`/watch/${stream.slug}`);
  await untilPlaying(fenced);
  expect([...around]).toEqual([gateway]);
});

/** Where parts and segments were fetched from so far for watching; the grid's stills come through the gateway always. */
function mediaOrigins(page: Page): Set<string> {
  const origins = new Set<string>();
  page.on("response", (response) => {
    const { origin, pathname } = new URL(response.url());
    const watching = new URL(response.frame().url()).pathname.startsWith("/watch/");
    if (response.ok() && watching && pathname.endsWith(".m4s")) {
      origins.add(origin);
    }
  });
  return origins;
}

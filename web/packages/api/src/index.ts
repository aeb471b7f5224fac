import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./streamcore";

/** A stream as the audience sees it. */
export type Stream = components["schemas"]["Stream"];
export type StreamState = components["schemas"]["StreamState"];
export type Problem = components["schemas"]["Problem"];

/**
 * A client for StreamCore at the page's own origin. Answers are revalidated by ETag on every call, so that asking
 * often is cheap and never shows anything old.
 */
export function streamcore(): Client<paths> {
  return createClient<paths>({ cache: "no-cache", credentials: "same-origin" });
}

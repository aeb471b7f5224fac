import createClient, { type Client, type ClientOptions } from "openapi-fetch";
import type { components as Gateway, paths as GatewayPaths } from "./generated/gateway";
import type { components as StreamCore, paths as StreamCorePaths } from "./generated/streamcore";

import { withToken } from "./withToken";

export { ApiError, take } from "./answer";
export type { GatewayPaths, StreamCorePaths };

/** Wire types of gateway-api, by name. */
export type GatewaySchemas = Gateway["schemas"];
/** Wire types of StreamCore, by name. */
export type StreamCoreSchemas = StreamCore["schemas"];

/** A stream as the audience sees it. */
export type Stream = StreamCoreSchemas["Stream"];
export type StreamState = StreamCoreSchemas["StreamState"];
export type Problem = StreamCoreSchemas["Problem"];

/**
 * Gives the access token for a request; asked for each, so that it may be renewed in between. One that the server
 * refused is never given again.
 */
export type TokenSource = (refused?: string) => Promise<string>;

/**
 * A client for StreamCore at the page's own origin. Answers are revalidated by ETag on every call, so that asking
 * often is cheap and never shows anything old.
 */
export function streamcore(token?: TokenSource): Client<StreamCorePaths> {
  return createClient<StreamCorePaths>(options(token));
}

/** A client for gateway-api at the page's own origin. */
export function gateway(token?: TokenSource): Client<GatewayPaths> {
  return createClient<GatewayPaths>(options(token));
}

function options(token: TokenSource | undefined): ClientOptions {
  const plain = { cache: "no-cache", credentials: "same-origin" } as const;
  return token === undefined ? plain : { ...plain, fetch: withToken(token) };
}

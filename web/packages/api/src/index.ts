import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { components as Gateway, paths as GatewayPaths } from "./generated/gateway";
import type { components as StreamCore, paths as StreamCorePaths } from "./generated/streamcore";

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

/** Gives the access token for a request; asked for each, so that it may be renewed in between. */
export type TokenSource = () => Promise<string>;

/**
 * A client for StreamCore at the page's own origin. Answers are revalidated by ETag on every call, so that asking
 * often is cheap and never shows anything old.
 */
export function streamcore(token?: TokenSource): Client<StreamCorePaths> {
  return withToken(createClient<StreamCorePaths>({ cache: "no-cache", credentials: "same-origin" }), token);
}

/** A client for gateway-api at the page's own origin. */
export function gateway(token?: TokenSource): Client<GatewayPaths> {
  return withToken(createClient<GatewayPaths>({ cache: "no-cache", credentials: "same-origin" }), token);
}

function withToken<C extends { use: (middleware: Middleware) => void }>(client: C, token: TokenSource | undefined): C {
  if (token !== undefined) {
    client.use({
      onRequest: async ({ request }) => {
        request.headers.set("authorization", `Bearer ${await token()}`);
        return request;
      },
    });
  }
  return client;
}

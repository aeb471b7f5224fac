import type { TokenSource } from "./index";

const UNAUTHORIZED = 401;

/** What says that another token is needed: what the token says has changed, or its session has ended. */
const RENEWABLE = new Set(["token-expired", "session-revoked"]);

/** Sends requests with an access token. One that the server does not take any more is renewed, once. */
export function withToken(token: TokenSource): (request: Request) => Promise<Response> {
  return async (request) => {
    const used = await token();
    const again = request.clone();
    request.headers.set("authorization", `Bearer ${used}`);
    const response = await fetch(request);
    if (response.status !== UNAUTHORIZED || !RENEWABLE.has(await codeOf(response))) {
      return response;
    }
    again.headers.set("authorization", `Bearer ${await token(used)}`);
    return fetch(again);
  };
}

async function codeOf(response: Response): Promise<string> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return typeof body === "object" && body !== null && "code" in body && typeof body.code === "string" ? body.code : "";
}

// The running platform, and what its administrator does there.
import assert from "node:assert/strict";
import { env } from "node:process";

const administrator = JSON.parse(env.NEXUS_ADMINISTRATOR);

/** Its public URL. */
export const issuer = new URL(env.NEXUS_ISSUER);

/** Where people sign in. */
export const credentials = { email: administrator.email, password: administrator.generated_password };

/** Longest that any answer may take. */
export const DEADLINE_MS = 20_000;

/** Sends JSON to the platform and gives back the answer. */
export function send(path, body, headers = {}) {
  return fetch(new URL(path, issuer), {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    redirect: "manual",
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
}

/** The administrator's token: one sign-in for all, because sign-ins are counted. */
let token;

async function signedIn() {
  const response = await send("/api/v1/session", credentials);
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()).access_token;
}

/** Registers a client as the console does; with its secret when it is a confidential one. */
export async function register(kind, client) {
  token ??= signedIn();
  const made = await send("/api/v1/clients", { kind, client }, { authorization: `Bearer ${await token}` });
  assert.equal(made.status, 201, await made.clone().text());
  const { client_id, client_secret } = await made.json();
  return { client_id, client_secret };
}

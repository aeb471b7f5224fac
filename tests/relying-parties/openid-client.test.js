// openid-client, the library that most Node programs sign people in with.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as client from "openid-client";
import { Browser } from "./browser.js";
import { issuer, register } from "./platform.js";

const REDIRECT = "https://planner.example.org/callback";
const SIGNED_OUT = "https://planner.example.org/bye";
const CODE = ["authorization_code", "refresh_token"];
const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
const SCOPES = ["openid", "profile", "email", "offline_access", "streams:read"];

/** What the library found out about the platform for a client of its own. */
async function discovered(kind, spec, metadata = {}) {
  const { client_id, client_secret } = await register(kind, { name: "Planner", redirect_uris: [], scopes: SCOPES, ...spec });
  const proof = client_secret === undefined ? client.None() : undefined;
  const config = await client.discovery(issuer, client_id, { client_secret, ...metadata }, proof);
  // The library leaves signatures to TLS unless it is told to check them too.
  client.enableNonRepudiationChecks(config);
  return config;
}

/** Signs the person in. */
async function signIn(config, params = {}, browser = person) {
  const verifier = client.randomPKCECodeVerifier();
  const expected = { state: client.randomState(), nonce: client.randomNonce() };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: "openid profile email",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...expected,
    ...params,
  });
  const back = await browser.visit(url, REDIRECT);
  return client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedState: expected.state,
    expectedNonce: expected.nonce,
    idTokenExpected: true,
    ...(params.max_age === undefined ? {} : { maxAge: params.max_age }),
  });
}

const code = { grant_types: CODE, redirect_uris: [REDIRECT], post_logout_redirect_uris: [SIGNED_OUT] };
/** Who stays signed in at a browser throughout. */
const person = new Browser();
const LASTING = { scope: "openid offline_access" };
let confidential;
before(async () => {
  confidential = await discovered("confidential", code);
});

test("a person signs in and is known", async () => {
  const tokens = await signIn(confidential, { max_age: 300 });
  const about = await client.fetchUserInfo(confidential, tokens.access_token, tokens.claims().sub);
  assert.equal(about.email_verified, true);
  assert.match(about.email, /@/);
});

test("a person stays signed in, and a refresh token works once", async () => {
  const tokens = await signIn(confidential, LASTING);
  const renewed = await client.refreshTokenGrant(confidential, tokens.refresh_token);
  assert.notEqual(renewed.refresh_token, tokens.refresh_token);
  await client.fetchUserInfo(confidential, renewed.access_token, tokens.claims().sub);
  const again = await client.refreshTokenGrant(confidential, renewed.refresh_token);
  await client.fetchUserInfo(confidential, again.access_token, tokens.claims().sub);
  await assert.rejects(client.refreshTokenGrant(confidential, tokens.refresh_token), { error: "invalid_grant" });
  // Whoever used it twice may have stolen it: what it led to is over.
  await assert.rejects(client.refreshTokenGrant(confidential, again.refresh_token), { error: "invalid_grant" });
});

test("a token is looked at, and is dead once it is revoked", async () => {
  const tokens = await signIn(confidential, LASTING);
  const seen = await client.tokenIntrospection(confidential, tokens.access_token);
  assert.equal(seen.active, true);
  assert.equal(seen.sub, tokens.claims().sub);
  assert.equal(seen.client_id, confidential.clientMetadata().client_id);
  await client.tokenRevocation(confidential, tokens.refresh_token);
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    assert.equal((await client.tokenIntrospection(confidential, token)).active, false);
  }
  await assert.rejects(client.refreshTokenGrant(confidential, tokens.refresh_token), { error: "invalid_grant" });
  const asked = client.fetchUserInfo(confidential, tokens.access_token, tokens.claims().sub);
  await assert.rejects(asked, client.WWWAuthenticateChallengeError);
});

test("signing out at the client signs out here", async () => {
  const browser = new Browser();
  const tokens = await signIn(confidential, {}, browser);
  await signIn(confidential, { prompt: "none" }, browser);
  const params = { id_token_hint: tokens.id_token, post_logout_redirect_uri: SIGNED_OUT, state: "bye" };
  const out = await browser.visit(client.buildEndSessionUrl(confidential, params), SIGNED_OUT);
  assert.equal(out.searchParams.get("state"), "bye");
  assert.equal((await client.tokenIntrospection(confidential, tokens.access_token)).active, false);
  await assert.rejects(signIn(confidential, { prompt: "none" }, browser), { error: "login_required" });
});

test("the answer comes in a form where the program asks for that", async () => {
  const app = await discovered("confidential", code);
  const tokens = await signIn(app, { response_mode: "form_post" });
  await client.fetchUserInfo(app, tokens.access_token, tokens.claims().sub);
});

test("an app without a secret signs people in", async () => {
  const app = await discovered("public", code);
  const tokens = await signIn(app, LASTING);
  const renewed = await client.refreshTokenGrant(app, tokens.refresh_token);
  await client.fetchUserInfo(app, renewed.access_token, tokens.claims().sub);
});

test("an id token is signed with EdDSA for a client that asks for it", async () => {
  const spec = { ...code, id_token_signed_response_alg: "EdDSA" };
  const app = await discovered("confidential", spec, { id_token_signed_response_alg: "EdDSA" });
  const tokens = await signIn(app);
  const [head] = tokens.id_token.split(".");
  assert.equal(JSON.parse(Buffer.from(head, "base64url")).alg, "EdDSA");
});

test("a program acts for itself", async () => {
  const program = await discovered("confidential", { grant_types: ["client_credentials"] });
  const tokens = await client.clientCredentialsGrant(program, { scope: "streams:read" });
  assert.equal(tokens.scope, "streams:read");
  assert.equal((await client.tokenIntrospection(program, tokens.access_token)).active, true);
  await client.tokenRevocation(program, tokens.access_token);
  assert.equal((await client.tokenIntrospection(program, tokens.access_token)).active, false);
});

test("a device without a keyboard is signed in at another", async () => {
  const device = await discovered("public", { grant_types: [DEVICE, "refresh_token"] });
  const begun = await client.initiateDeviceAuthorization(device, { scope: "openid offline_access" });
  const waiting = client.pollDeviceAuthorizationGrant(device, begun);
  await person.allowDevice(begun.user_code);
  const tokens = await waiting;
  await client.fetchUserInfo(device, tokens.access_token, tokens.claims().sub);
});

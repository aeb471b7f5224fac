// oauth4webapi: every message checked one by one, as the specifications say.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as oauth from "oauth4webapi";
import { Browser } from "./browser.js";
import { issuer, register } from "./platform.js";

const REDIRECT = "https://editor.example.org/callback";
const SIGNED_OUT = "https://editor.example.org/bye";
const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
const SCOPES = ["openid", "profile", "email", "offline_access", "streams:read"];

/** Who stays signed in at a browser throughout. */
const person = new Browser();
const LASTING = "openid email offline_access streams:read";
let server;
before(async () => {
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
  const plain = await oauth.discoveryRequest(issuer, { algorithm: "oauth2" });
  assert.deepEqual(await oauth.processDiscoveryResponse(issuer, plain), server);
});

/** A client of its own, and how it proves itself. */
async function party(kind, spec) {
  const made = await register(kind, { name: "Editor", redirect_uris: [], scopes: SCOPES, ...spec });
  const proof = made.client_secret === undefined ? oauth.None() : oauth.ClientSecretPost(made.client_secret);
  return { client: { client_id: made.client_id }, proof };
}

const editor = () =>
  party("confidential", {
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: [REDIRECT],
    post_logout_redirect_uris: [SIGNED_OUT],
  });

/** Signs the person in; checks state, issuer, nonce, times, audience and signature. */
async function signIn({ client, proof }, browser = person, scope = "openid email") {
  const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT,
    response_type: "code",
    scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  const back = await browser.visit(url, REDIRECT);
  const params = oauth.validateAuthResponse(server, client, back, state);
  const response = await oauth.authorizationCodeGrantRequest(server, client, proof, params, REDIRECT, verifier);
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(server, response);
  return { tokens, claims: oauth.getValidatedIdTokenClaims(tokens) };
}

async function userInfo({ client }, { tokens, claims }) {
  const response = await oauth.userInfoRequest(server, client, tokens.access_token);
  return oauth.processUserInfoResponse(server, client, claims.sub, response);
}

async function introspected({ client, proof }, token) {
  const response = await oauth.introspectionRequest(server, client, proof, token);
  return oauth.processIntrospectionResponse(server, client, response);
}

async function refreshed({ client, proof }, token) {
  const response = await oauth.refreshTokenGrantRequest(server, client, proof, token);
  return oauth.processRefreshTokenResponse(server, client, response);
}

test("a person signs in, stays signed in and is known", async () => {
  const client = await editor();
  const signedIn = await signIn(client, person, LASTING);
  assert.match((await userInfo(client, signedIn)).email, /@/);
  const tokens = await refreshed(client, signedIn.tokens.refresh_token);
  assert.match((await userInfo(client, { ...signedIn, tokens })).email, /@/);
});

test("an access token is what RFC 9068 says, for a resource server that checks it itself", async () => {
  const client = await editor();
  const { tokens, claims } = await signIn(client, person, LASTING);
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const [, body] = tokens.access_token.split(".");
  const { aud } = JSON.parse(Buffer.from(body, "base64url"));
  const request = new Request("https://resource.example.org/", { headers });
  const accepted = await oauth.validateJwtAccessToken(server, request, aud);
  assert.equal(accepted.sub, claims.sub);
  assert.equal(accepted.client_id, client.client.client_id);
  assert.deepEqual(accepted.scope.split(" ").toSorted(), LASTING.split(" ").toSorted());
  await assert.rejects(oauth.validateJwtAccessToken(server, request, "https://other.example.org"));
});

test("a token is looked at, and is dead once it is revoked", async () => {
  const client = await editor();
  const signedIn = await signIn(client, person, LASTING);
  const { access_token: access, refresh_token: refresh } = signedIn.tokens;
  assert.equal((await introspected(client, access)).active, true);
  const gone = await oauth.revocationRequest(server, client.client, client.proof, refresh);
  await oauth.processRevocationResponse(gone);
  assert.equal((await introspected(client, access)).active, false);
  await assert.rejects(refreshed(client, refresh), { error: "invalid_grant" });
  await assert.rejects(userInfo(client, signedIn), oauth.WWWAuthenticateChallengeError);
});

test("signing out at the client ends what was signed in, but for what was to last", async () => {
  const client = await editor();
  const browser = new Browser();
  const [session, lasting] = [await signIn(client, browser), await signIn(client, browser, LASTING)];
  const url = new URL(server.end_session_endpoint);
  url.search = new URLSearchParams({ id_token_hint: session.tokens.id_token, post_logout_redirect_uri: SIGNED_OUT });
  await browser.visit(url, SIGNED_OUT);
  assert.equal((await introspected(client, session.tokens.access_token)).active, false);
  assert.equal((await introspected(client, lasting.tokens.access_token)).active, true);
});

test("a program acts for itself", async () => {
  const { client, proof } = await party("confidential", { grant_types: ["client_credentials"] });
  const asked = new URLSearchParams({ scope: "streams:read" });
  const response = await oauth.clientCredentialsGrantRequest(server, client, proof, asked);
  const tokens = await oauth.processClientCredentialsResponse(server, client, response);
  assert.equal(tokens.token_type, "bearer");
});

test("a device without a keyboard is signed in at another", async () => {
  const { client, proof } = await party("public", { grant_types: [DEVICE] });
  const asked = new URLSearchParams({ scope: "openid streams:read" });
  const begun = await oauth.processDeviceAuthorizationResponse(
    server,
    client,
    await oauth.deviceAuthorizationRequest(server, client, proof, asked),
  );
  const poll = async () => {
    const response = await oauth.deviceCodeGrantRequest(server, client, proof, begun.device_code);
    return oauth.processDeviceCodeResponse(server, client, response);
  };
  await assert.rejects(poll(), { error: "authorization_pending" });
  await assert.rejects(poll(), { error: "slow_down" });
  await person.allowDevice(begun.user_code);
  // RFC 8628, 3.5: five seconds more for each time that it was too early.
  await new Promise((resolve) => setTimeout(resolve, (begun.interval + 5) * 1000 + 200));
  const tokens = await poll();
  assert.equal(oauth.getValidatedIdTokenClaims(tokens).aud, client.client_id);
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Auth, SignedOut } from "./auth";
import { type Memory, RelyingParty } from "./relyingParty";

const ORIGIN = "https://studio.example";
const REGISTRATION = { origin: ORIGIN, clientId: "console", scopes: ["openid", "account"] };

/** What the token endpoint does; the request's form in, status and answer out. */
type Endpoint = (form: URLSearchParams) => [number, object];

const endpoint = vi.fn<Endpoint>();
const left: URL[] = [];
let nonce = "";

beforeEach(() => {
  vi.stubGlobal("fetch", async (_: unknown, { body }: RequestInit) => {
    const [status, answer] = endpoint(new URLSearchParams(body as URLSearchParams));
    return Response.json(answer, { status });
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  endpoint.mockReset();
  left.length = 0;
});

function memory(): Memory {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

function tab(channel: string): Auth {
  return new Auth(new RelyingParty(REGISTRATION, memory()), (url) => left.push(url), channel);
}

function tokens(name: string, seconds: number): object {
  return { access_token: name, token_type: "Bearer", expires_in: seconds, refresh_token: `${name}-refresh`, id_token: idToken() };
}

function part(value: object): string {
  return btoa(JSON.stringify(value)).replaceAll("=", "");
}

function idToken(): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: ORIGIN, aud: "console", sub: "ada", iat: now, exp: now + 300, nonce };
  return `${part({ alg: "RS256" })}.${part(claims)}.${part({ not: "checked" })}`;
}

/** Leaves for the server, which is not there, and gives the address it would send the browser back to. */
async function begin(auth: Auth, href: string): Promise<URL> {
  void auth.signIn(href);
  return answerOf(await leaving());
}

async function leaving(): Promise<URL> {
  await vi.waitFor(() => expect(left).not.toHaveLength(0));
  return left.pop() as URL;
}

function answerOf(asked: URL): URL {
  nonce = asked.searchParams.get("nonce") ?? "";
  const back = new URL(asked.searchParams.get("redirect_uri") ?? "");
  back.search = new URLSearchParams({ code: "c", state: asked.searchParams.get("state") ?? "", iss: ORIGIN }).toString();
  return back;
}

async function signIn(auth: Auth, name: string, seconds = 300): Promise<void> {
  endpoint.mockImplementationOnce(() => [200, tokens(name, seconds)]);
  await auth.arrive(await begin(auth, "/"));
}

test("whoever signs in comes back to where they wanted to be", async () => {
  const auth = tab("t1");
  const back = await begin(auth, "/streams?live=1");
  expect(back.origin + back.pathname).toBe(`${ORIGIN}/callback`);
  endpoint.mockImplementationOnce((form) => {
    expect(form.get("code_verifier")).toMatch(/^[\w-]{43}$/);
    return [200, tokens("first", 300)];
  });
  expect(await auth.arrive(back)).toBe("/streams?live=1");
  expect(await auth.accessToken()).toBe("first");
});

test("a code that this tab has not asked for is not used: it asks for its own", async () => {
  const auth = tab("t2");
  const back = await begin(auth, "/streams");
  back.searchParams.set("state", "of somebody else");
  void auth.arrive(back);
  endpoint.mockImplementationOnce(() => [200, tokens("first", 300)]);
  expect(await auth.arrive(answerOf(await leaving()))).toBe("/");
});

test("a reload while the code is being exchanged asks again and loses no place", async () => {
  const auth = tab("t8");
  const back = await begin(auth, "/streams");
  endpoint.mockImplementationOnce(() => {
    throw new TypeError("Load cancelled");
  });
  await expect(auth.arrive(back)).rejects.toBeInstanceOf(TypeError);
  void auth.arrive(back);
  endpoint.mockImplementationOnce(() => [200, tokens("first", 300)]);
  expect(await auth.arrive(answerOf(await leaving()))).toBe("/streams");
  expect(endpoint).toHaveBeenCalledTimes(2);
});

test("an answer of another server is refused", async () => {
  const auth = tab("t3");
  const back = await begin(auth, "/");
  back.searchParams.set("iss", "https://evil.example");
  await expect(auth.arrive(back)).rejects.toThrow(/iss/);
  expect(auth.state).toBe("signed-out");
  expect(endpoint).not.toHaveBeenCalled();
});

test("many requests at once renew a token once", async () => {
  const auth = tab("t4");
  await signIn(auth, "first", 0);
  endpoint.mockImplementation((form) => [200, { ...tokens("second", 300), renewed_with: form.get("refresh_token") }]);
  expect(await Promise.all([auth.accessToken(), auth.accessToken(), auth.accessToken()])).toEqual(Array(3).fill("second"));
  expect(endpoint.mock.calls.slice(1).map(([form]) => form.get("refresh_token"))).toEqual(["first-refresh"]);
});

test("a token that a server refused is renewed, once for all who were refused", async () => {
  const auth = tab("t9");
  await signIn(auth, "first");
  endpoint.mockImplementationOnce(() => [200, tokens("second", 300)]);
  expect(await Promise.all([auth.accessToken("first"), auth.accessToken("first")])).toEqual(["second", "second"]);
  expect(await auth.accessToken("first")).toBe("second");
  expect(endpoint).toHaveBeenCalledTimes(2);
});

test("a session that ended elsewhere ends here", async () => {
  const auth = tab("t5");
  await signIn(auth, "first", 0);
  endpoint.mockImplementation(() => [400, { error: "invalid_grant", error_description: "it has ended" }]);
  await expect(auth.accessToken()).rejects.toBeInstanceOf(SignedOut);
  expect(auth.state).toBe("signed-out");
});

test("a server that is away ends nothing", async () => {
  const auth = tab("t6");
  await signIn(auth, "first", 0);
  endpoint.mockImplementationOnce(() => {
    throw new TypeError("Failed to fetch");
  });
  await expect(auth.accessToken()).rejects.toBeInstanceOf(TypeError);
  expect(auth.state).toBe("signed-in");
  endpoint.mockImplementation(() => [200, tokens("second", 300)]);
  expect(await auth.accessToken()).toBe("second");
});

test("signing out in one tab signs out all, once the server has done it", async () => {
  const [one, other] = [tab("t7"), tab("t7")];
  await signIn(one, "first");
  await signIn(other, "second");
  one.signOut();
  const asked = left.pop() as URL;
  expect(asked.pathname).toBe("/oauth2/logout");
  expect(other.state).toBe("signed-in");
  const back = new URL(asked.searchParams.get("post_logout_redirect_uri") ?? "");
  one.tellSignedOut(new URL("?state=guessed", back));
  const told = new Promise<void>((resolve) => {
    other.subscribe(resolve);
  });
  one.signOut();
  back.searchParams.set("state", (left.pop() as URL).searchParams.get("state") ?? "");
  one.tellSignedOut(back);
  await told;
  expect(other.state).toBe("signed-out");
});

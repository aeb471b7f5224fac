import { afterEach, expect, test, vi } from "vitest";
import { Auth, SignedOut } from "./auth";
import type { TokenIssuer, Tokens } from "./tokens";

const MINUTE = 60_000;

function tokens(name: string, minutes: number): Tokens {
  return { access: name, expiresAt: Date.now() + minutes * MINUTE, refresh: `${name}-refresh` };
}

function issuer(answers: Partial<TokenIssuer>): TokenIssuer {
  return {
    resume: async () => null,
    refresh: async () => null,
    end: async () => undefined,
    ...answers,
  };
}

afterEach(() => vi.useRealTimers());

test("a browser that is signed in gets its token without being asked", async () => {
  const auth = new Auth(issuer({ resume: async () => tokens("first", 5) }), "t1");
  expect(await auth.ready()).toBe("signed-in");
  expect(await auth.accessToken()).toBe("first");
});

test("many requests at once renew a token once", async () => {
  const refresh = vi.fn<TokenIssuer["refresh"]>(async () => tokens("second", 5));
  const auth = new Auth(issuer({ resume: async () => tokens("first", 0), refresh }), "t2");
  await auth.ready();
  expect(await Promise.all([auth.accessToken(), auth.accessToken(), auth.accessToken()])).toEqual(Array(3).fill("second"));
  expect(refresh.mock.calls).toEqual([["first-refresh"]]);
});

test("a session that ended elsewhere ends here", async () => {
  const auth = new Auth(issuer({ resume: async () => tokens("first", 0) }), "t3");
  await auth.ready();
  await expect(auth.accessToken()).rejects.toBeInstanceOf(SignedOut);
  expect(auth.state).toBe("signed-out");
});

test("a server that is away ends nothing", async () => {
  const refresh = vi.fn<TokenIssuer["refresh"]>(async () => tokens("second", 5));
  refresh.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  const auth = new Auth(issuer({ resume: async () => tokens("first", 0), refresh }), "t4");
  await auth.ready();
  await expect(auth.accessToken()).rejects.toBeInstanceOf(TypeError);
  expect(auth.state).toBe("signed-in");
  expect(await auth.accessToken()).toBe("second");
});

test("signing out in one tab signs out all", async () => {
  const [one, other] = ["first", "second"].map(
    (name) => new Auth(issuer({ resume: async () => tokens(name, 5) }), "t5"),
  ) as [Auth, Auth];
  await Promise.all([one.ready(), other.ready()]);
  const told = new Promise<void>((resolve) => {
    other.subscribe(resolve);
  });
  await one.signOut();
  await told;
  expect([one.state, other.state]).toEqual(["signed-out", "signed-out"]);
});

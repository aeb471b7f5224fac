import { afterEach, expect, test, vi } from "vitest";
import type { TokenSource } from "./index";
import { withToken } from "./withToken";

const ADDRESS = "https://studio.example/api/v1/me";

function answers(...codes: (string | null)[]) {
  const sent: { authorization: string | null; body: string }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push({ authorization: request.headers.get("authorization"), body: await request.text() });
    const code = codes.shift() ?? null;
    return code === null ? Response.json({}) : Response.json({ code, detail: "no" }, { status: 401 });
  });
  return sent;
}

afterEach(() => vi.unstubAllGlobals());

const request = (): Request => new Request(ADDRESS, { method: "PATCH", body: "a name" });

test("a token that is good is used as it is", async () => {
  const sent = answers(null);
  const token = vi.fn<TokenSource>(async () => "first");
  expect((await withToken(token)(request())).status).toBe(200);
  expect(sent).toEqual([{ authorization: "Bearer first", body: "a name" }]);
  expect(token.mock.calls).toEqual([[]]);
});

test("one whose person may something else by now is renewed, and the request sent again whole", async () => {
  const sent = answers("token-expired", null);
  const token = vi.fn<TokenSource>(async (refused) => (refused === undefined ? "first" : "second"));
  expect((await withToken(token)(request())).status).toBe(200);
  expect(sent).toEqual([
    { authorization: "Bearer first", body: "a name" },
    { authorization: "Bearer second", body: "a name" },
  ]);
  expect(token.mock.calls).toEqual([[], ["first"]]);
});

test("it is renewed once", async () => {
  const sent = answers("token-expired", "token-expired", null);
  expect((await withToken(async () => "any")(request())).status).toBe(401);
  expect(sent).toHaveLength(2);
});

test("other refusals are for whoever asked", async () => {
  const sent = answers("step-up-required");
  const response = await withToken(async () => "first")(request());
  expect(await response.json()).toMatchObject({ code: "step-up-required" });
  expect(sent).toHaveLength(1);
});

test("whoever is signed out learns it", async () => {
  answers("session-revoked");
  const token = vi.fn<TokenSource>().mockResolvedValueOnce("first").mockRejectedValueOnce(new Error("signed out"));
  await expect(withToken(token)(request())).rejects.toThrow("signed out");
});

import { expect, test } from "vitest";
import { ApiError, take } from "./answer";

const problem = {
  type: "urn:nexus-cos:error:invalid-request",
  title: "Invalid request",
  status: 422,
  detail: "one field is wrong",
  code: "invalid-request",
  errors: [{ pointer: "/password", detail: "is too short" }],
};

test("an answer is its data, also when it has none", async () => {
  expect(await take(Promise.resolve({ data: { a: 1 }, response: new Response() }))).toEqual({ a: 1 });
  expect(await take(Promise.resolve({ response: new Response(null, { status: 204 }) }))).toBeUndefined();
});

test("a problem document speaks for itself", async () => {
  const response = new Response(null, { status: 422, headers: { "retry-after": "7" } });
  const error = await take(Promise.resolve({ error: problem, response })).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 422, code: "invalid-request", message: "one field is wrong", retryAfter: 7 });
  expect((error as ApiError).field("password")).toBe("is too short");
  expect((error as ApiError).field("email")).toBeUndefined();
});

test("something else than a problem document still has its status", () => {
  const error = new ApiError(502, "<html>", new Headers());
  expect(error).toMatchObject({ code: "unknown", problem: null, retryAfter: null });
  expect(error.message).toContain("502");
});

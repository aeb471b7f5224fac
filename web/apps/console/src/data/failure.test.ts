import { ApiError } from "@nexus/api";
import { expect, test } from "vitest";
import { failureLine, failureText } from "./failure";

const forbidden = new ApiError(
  403,
  { code: "forbidden", title: "Not allowed", detail: "this needs the scope people:read", status: 403, type: "urn:x" },
  new Headers(),
);

test("a problem document is told as a sentence", () => {
  expect(failureText(forbidden)).toEqual({
    title: "Not allowed",
    detail: "This needs the scope people:read.",
    offline: false,
  });
});

test("no answer at all is told as being offline", () => {
  expect(failureText(new TypeError("Failed to fetch")).offline).toBe(true);
  expect(failureLine(new TypeError("Failed to fetch"))).toContain("cannot be reached");
});

test("anything else says what it says", () => {
  expect(failureLine(new Error("no such luck"))).toBe("No such luck.");
  expect(failureLine("odd")).toBe("Odd.");
});

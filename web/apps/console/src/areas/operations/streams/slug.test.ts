import { expect, test } from "vitest";
import { slugOf } from "./slug";

test.each([
  ["Café at Noon!", "cafe-at-noon"],
  ["  Main stage 2 ", "main-stage-2"],
  ["!!!", ""],
  [`${"a".repeat(63)} b`, "a".repeat(63)],
])("%s becomes %s", (title, slug) => expect(slugOf(title)).toBe(slug));

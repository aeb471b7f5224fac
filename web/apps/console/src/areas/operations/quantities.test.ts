import { expect, test } from "vitest";
import { bytes, span } from "./quantities";

test.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_536, "1.5 KiB"],
  [200 * 1_024 ** 2, "200 MiB"],
  [3.25 * 1_024 ** 3, "3.3 GiB"],
])("%d bytes are %s", (amount, text) => expect(bytes(amount)).toBe(text));

test.each([
  [-1, "0 s"],
  [59, "59 s"],
  [61, "1 min"],
  [3_700, "1 h 1 min"],
  [90_000, "1 d 1 h"],
])("%d seconds are %s", (seconds, text) => expect(span(seconds)).toBe(text));

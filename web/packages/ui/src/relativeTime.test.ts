import { expect, test } from "vitest";
import { relativeTime } from "./relativeTime";

const NOW = Date.UTC(2026, 5, 1, 12);

test.each([
  [0, "just now"],
  [-40, "just now"],
  [30, "in a moment"],
  [-60, "1 minute ago"],
  [-3_599, "59 minutes ago"],
  [-7_200, "2 hours ago"],
  [-86_400, "yesterday"],
  [86_400 * 7, "in 7 days"],
  [-31_557_600 * 2, "2 years ago"],
])("%i seconds away is %s", (seconds, shown) => {
  expect(relativeTime(NOW + seconds * 1_000, NOW)).toBe(shown);
});

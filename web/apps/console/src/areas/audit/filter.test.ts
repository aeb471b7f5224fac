import { expect, test } from "vitest";
import { filterOf, queryOf } from "./filter";

test("what is no filter is left out", () => {
  expect(filterOf({ text: "  ", action: "session.*", outcome: "maybe", from: "yesterday", until: "2026-11-22", page: 3 })).toEqual({
    action: "session.*",
    until: "2026-11-22",
  });
});

test("the last day is included", () => {
  const query = queryOf({ from: "2026-11-22", until: "2026-11-22", text: "key" });
  expect(query.text).toBe("key");
  expect(Date.parse(query.until ?? "") - Date.parse(query.from ?? "")).toBe(86_400_000);
});

test("the end of a month rolls over", () => {
  expect(queryOf({ until: "2026-12-31" }).until).toBe(new Date(2027, 0, 1).toISOString());
});

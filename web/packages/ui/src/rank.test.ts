import { expect, test } from "vitest";
import { rank } from "./rank";

const all = [
  { label: "Overview", group: "Operate" },
  { label: "API keys", group: "Access", keywords: "token" },
  { label: "Audit log", group: "Access" },
  { label: "People", group: "Team", keywords: "users accounts" },
];

const labels = (query: string): string[] => rank(all, query).map(({ label }) => label);

test("without a query everything is there, in its own order", () => {
  expect(labels("")).toEqual(["Overview", "API keys", "Audit log", "People"]);
});

test("the start of a name comes before the start of a word and before letters in order", () => {
  expect(labels("a")).toEqual(["API keys", "Audit log", "Overview", "People"]);
  expect(labels("log")[0]).toBe("Audit log");
  expect(labels("akey")).toEqual(["API keys"]);
});

test("other words lead there too, and nonsense nowhere", () => {
  expect(labels("users")).toEqual(["People"]);
  expect(labels("zzz")).toEqual([]);
});

import { Circle } from "lucide-react";
import { expect, test } from "vitest";
import { byGroup, currentEntry } from "./navigation";

const entries = [
  { to: "/", label: "Overview", icon: Circle, group: "Operate" },
  { to: "/people", label: "People", icon: Circle, group: "Manage" },
  { to: "/people/groups", label: "Groups", icon: Circle, group: "Manage" },
];

test.each([
  ["/", "Overview"],
  ["/people", "People"],
  ["/people/42", "People"],
  ["/people/groups/7", "Groups"],
])("%s belongs to %s", (path, label) => {
  expect(currentEntry(entries, path)?.label).toBe(label);
});

test("a path that only begins alike belongs to nothing but the root", () => {
  expect(currentEntry(entries.slice(1), "/peoples")).toBeUndefined();
});

test("groups keep the order in which they come", () => {
  expect(byGroup(entries).map(([name, of]) => [name, of.length])).toEqual([
    ["Operate", 1],
    ["Manage", 2],
  ]);
});

import { expect, test } from "vitest";
import { assignable, type Role } from "./roles";

test.each<[Role, Role[]]>([
  ["owner", ["owner", "admin", "member"]],
  ["admin", ["admin", "member"]],
  ["member", []],
])("%s may give %j", (own, roles) => {
  expect(assignable(own).map(({ value }) => value)).toEqual(roles);
});

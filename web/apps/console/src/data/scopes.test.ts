import { expect, test } from "vitest";
import { describeScope } from "./scopes";

test.each([
  ["openid", "Know that it is you"],
  ["streams:read", "See streams and their keys"],
  ["people:write", "Change people and invitations"],
  ["weather:read", "See weather"],
])("%s allows to: %s", (scope, text) => {
  expect(describeScope(scope)).toBe(text);
});

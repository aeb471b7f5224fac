/** What this app asks for in the person's name; who has less is granted less. */
export const OWN_SCOPES = [
  "openid",
  "account",
  "api-keys:read",
  "api-keys:write",
  "audit:read",
  "clients:read",
  "clients:write",
  "organisations:read",
  "organisations:write",
  "people:read",
  "people:write",
  "streams:read",
  "streams:write",
  "system:read",
] as const;

const NAMES: Readonly<Record<string, string>> = {
  openid: "Know that it is you",
  profile: "See your name",
  email: "See your e-mail address",
  offline_access: "Stay signed in while you are away",
  account: "Manage your own account",
};

const RESOURCES: Readonly<Record<string, string>> = {
  people: "people and invitations",
  organisations: "organisations and teams",
  clients: "OAuth clients",
  "api-keys": "everybody's API keys",
  audit: "the audit log",
  streams: "streams and their keys",
  system: "the state of the system",
};

/** What a scope allows, for people. */
export function describeScope(scope: string): string {
  const known = NAMES[scope];
  if (known !== undefined) {
    return known;
  }
  const [resource = "", verb] = scope.split(":");
  const what = RESOURCES[resource] ?? resource;
  return verb === "write" ? `Change ${what}` : `See ${what}`;
}

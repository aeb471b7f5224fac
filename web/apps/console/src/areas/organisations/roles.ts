import type { GatewaySchemas } from "@nexus/api";
import type { Option } from "@nexus/ui";

export type Role = GatewaySchemas["OrganisationRole"];

/** What the roles in an organisation mean. */
export const ROLES: ReadonlyArray<Option<Role>> = [
  { value: "owner", label: "Owner", detail: "May do everything, also delete it and name other owners" },
  { value: "admin", label: "Admin", detail: "Manages members and teams" },
  { value: "member", label: "Member", detail: "Belongs to it" },
];

export function roleName(role: Role): string {
  return ROLES.find(({ value }) => value === role)?.label ?? role;
}

/** The roles that somebody with this one may give, and take from those who have them. */
export function assignable(own: Role): ReadonlyArray<Option<Role>> {
  switch (own) {
    case "owner":
      return ROLES;
    case "admin":
      return ROLES.filter(({ value }) => value !== "owner");
    case "member":
      return [];
  }
}

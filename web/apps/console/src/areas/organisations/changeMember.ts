import { take } from "@nexus/api";
import { gateway } from "../../data/clients";
import type { Role } from "./roles";

/** Gives a member another role. */
export async function setRole(organisation: string, user: string, role: Role): Promise<void> {
  await take(
    gateway.PATCH("/api/v1/organisations/{organisation}/members/{user}", {
      params: { path: { organisation, user } },
      body: { role },
    }),
  );
}

/** Removes a member; everybody may remove themselves. */
export async function removeMember(organisation: string, user: string): Promise<void> {
  await take(gateway.DELETE("/api/v1/organisations/{organisation}/members/{user}", { params: { path: { organisation, user } } }));
}

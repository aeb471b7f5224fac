import { useAllowed } from "../../data/me";
import type { Organisation } from "./organisations";
import type { Role } from "./roles";

/** What the signed-in person counts as in an organisation: administrators of the platform count as owners of every one. */
export function useStanding({ role }: Organisation): Role {
  const everywhere = useAllowed("organisations:write");
  return everywhere ? "owner" : (role ?? "member");
}

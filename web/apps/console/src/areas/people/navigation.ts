import { Users } from "lucide-react";
import type { ConsoleEntry } from "../../navigation";

export const peopleEntries: readonly ConsoleEntry[] = [
  { to: "/people", label: "People", icon: Users, group: "Team", scope: "people:read", keywords: "users accounts invite roles" },
];

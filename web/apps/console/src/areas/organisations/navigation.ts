import { Building2 } from "lucide-react";
import type { ConsoleEntry } from "../../navigation";

export const organisationEntries: readonly ConsoleEntry[] = [
  { to: "/organisations", label: "Organisations", icon: Building2, group: "Team", keywords: "studio company members teams seats plan" },
];

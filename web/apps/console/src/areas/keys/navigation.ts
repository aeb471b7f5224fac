import { KeyRound } from "lucide-react";
import type { ConsoleEntry } from "../../navigation";

export const keyEntries: readonly ConsoleEntry[] = [
  { to: "/api-keys", label: "API keys", icon: KeyRound, group: "Access", keywords: "token program automation nxk" },
];

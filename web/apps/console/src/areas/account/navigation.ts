import { UserRound } from "lucide-react";
import type { ConsoleEntry } from "../../navigation";

export const accountEntries: readonly ConsoleEntry[] = [
  { to: "/account", label: "Account", icon: UserRound, group: "You", keywords: "profile password sessions sign out" },
];

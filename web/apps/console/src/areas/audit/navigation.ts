import { ScrollText } from "lucide-react";
import type { ConsoleEntry } from "../../navigation";

export const auditEntries: readonly ConsoleEntry[] = [
  { to: "/audit", label: "Audit log", icon: ScrollText, group: "Access", scope: "audit:read", keywords: "history events who did" },
];

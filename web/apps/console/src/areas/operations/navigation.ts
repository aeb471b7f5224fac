import { LayoutDashboard, ListChecks, RadioTower } from "lucide-react";
import type { ConsoleEntry } from "../../navigation";

const group = "Operations";

export const operationsEntries: readonly ConsoleEntry[] = [
  { to: "/overview", label: "Overview", icon: LayoutDashboard, group, scope: "system:read", keywords: "health alarms load services" },
  { to: "/streams", label: "Streams", icon: RadioTower, group, scope: "streams:read", keywords: "encoder key obs rtmp live" },
  { to: "/checks", label: "System checks", short: "Checks", icon: ListChecks, group, scope: "system:read", keywords: "validate findings" },
];

import { AppWindow } from "lucide-react";
import type { ConsoleEntry } from "../../navigation";

export const clientEntries: readonly ConsoleEntry[] = [
  { to: "/clients", label: "OAuth clients", icon: AppWindow, group: "Access", scope: "clients:read", keywords: "apps openid oidc sign in programs" },
];

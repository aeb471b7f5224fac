import { UserRound } from "lucide-react";
import type { ConsoleEntry } from "../../navigation";

export const accountEntries: readonly ConsoleEntry[] = [
  {
    to: "/account",
    label: "Account",
    icon: UserRound,
    group: "You",
    keywords: "profile password passkey second factor totp recovery codes sessions devices sign out",
  },
];

/** The pages of the account, side by side. */
export const accountPages = [
  { to: "/account", label: "Profile" },
  { to: "/account/security", label: "Sign-in and security" },
  { to: "/account/sessions", label: "Sessions" },
  { to: "/account/apps", label: "Connected apps" },
] as const;

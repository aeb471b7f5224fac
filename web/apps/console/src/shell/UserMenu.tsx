import { Menu } from "@nexus/ui";
import { useNavigate } from "@tanstack/react-router";
import { LogOut, UserRound } from "lucide-react";
import { auth } from "../data/auth";
import { useMe } from "../data/me";

/** Who is signed in, and what is theirs. */
export function UserMenu() {
  const { user } = useMe();
  const navigate = useNavigate();
  return (
    <Menu
      label={`${initials(user.display_name)}, account of ${user.display_name}`}
      trigger={
        <button
          type="button"
          className="grid size-9 shrink-0 cursor-pointer place-items-center rounded-full bg-raised text-sm font-semibold transition-colors hover:bg-hover"
        >
          <span aria-hidden>{initials(user.display_name)}</span>
        </button>
      }
      header={
        <div className="mb-1 border-b border-line px-3 pt-2 pb-3">
          <p className="font-medium">{user.display_name}</p>
          <p className="text-sm text-text-soft">{user.email}</p>
          <p className="mt-1 text-sm text-text-soft capitalize">{user.role}</p>
        </div>
      }
      items={[
        { label: "Account", icon: UserRound, onSelect: () => void navigate({ to: "/account" }) },
        { label: "Sign out", icon: LogOut, onSelect: () => auth.signOut() },
      ]}
    />
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return letters.map((word) => ([...(word ?? "")][0] ?? "").toUpperCase()).join("");
}

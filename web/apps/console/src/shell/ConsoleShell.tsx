import { Shell } from "@nexus/ui";
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { auth } from "../data/auth";
import { useMe } from "../data/me";
import { allowedEntries } from "../navigation";
import { LinkHealth } from "./LinkHealth";
import { OnAirLamp } from "./OnAirLamp";
import { PlainLink } from "./PlainLink";
import { StepUpDialog } from "./StepUpDialog";
import { UserMenu } from "./UserMenu";

/** The frame of every page of the console. */
export function ConsoleShell() {
  const { scopes } = useMe();
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? state.location.pathname });
  return (
    <Shell
      app="Console"
      entries={allowedEntries(scopes)}
      path={path}
      link={PlainLink}
      onGo={(to) => void navigate({ to })}
      status={
        <>
          <LinkHealth />
          <OnAirLamp />
        </>
      }
      user={<UserMenu />}
      commands={[{ label: "Sign out", icon: LogOut, group: "Account", keywords: "log out leave", run: () => auth.signOut() }]}
    >
      <Outlet />
      <StepUpDialog />
    </Shell>
  );
}

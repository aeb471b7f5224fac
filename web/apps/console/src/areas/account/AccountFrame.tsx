import { Page, SubNav } from "@nexus/ui";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { PlainLink } from "../../shell/PlainLink";
import { accountPages } from "./navigation";

/** What the pages of one's own account have around them. */
export function AccountFrame() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <Page title="Account" description="Who you are here, how you sign in, and who may act for you.">
      <SubNav label="Account" entries={accountPages} path={path} link={PlainLink} />
      <Outlet />
    </Page>
  );
}

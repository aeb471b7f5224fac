import { createRootRoute, createRoute, redirect, useRouter } from "@tanstack/react-router";
import { me } from "../data/me";
import { queries } from "../data/queries";
import { allowedEntries } from "../navigation";
import { ConsoleShell } from "./ConsoleShell";
import { NotFoundPage } from "./NotFoundPage";
import { requireSignIn } from "./requireSignIn";
import { Root } from "./Root";
import { StartFailure } from "./StartFailure";

export const root = createRootRoute({ component: Root, notFoundComponent: NotFoundPage });

function NotStarted({ error }: { error: unknown }) {
  const router = useRouter();
  return <StartFailure error={error} onRetry={() => void router.invalidate()} />;
}

/** Everything that needs a signed-in person; who is not goes to the entrance, and comes back to the same place. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async (visit) => {
    await requireSignIn(visit);
    await queries.ensureQueryData(me);
  },
  component: ConsoleShell,
  errorComponent: NotStarted,
});

/** The start page: the first place that is offered. */
export const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  beforeLoad: async () => {
    const { scopes } = await queries.ensureQueryData(me);
    throw redirect({ to: allowedEntries(scopes)[0]?.to ?? "/account" });
  },
});

import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Live } from "./routes/Live";
import { NotFoundPage } from "./routes/NotFound";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });

const live = createRoute({ getParentRoute: () => root, path: "/", component: Live });

/** The player and hls.js are fetched with this page only. */
const watch = createRoute({
  getParentRoute: () => root,
  path: "/watch/$slug",
  component: lazyRouteComponent(() => import("./routes/Watch"), "Watch"),
});

export const router = createRouter({
  routeTree: root.addChildren([live, watch]),
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

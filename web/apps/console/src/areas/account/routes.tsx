import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedIn } from "../../shell/routes";

const frame = createRoute({
  getParentRoute: () => signedIn,
  path: "/account",
  component: lazyRouteComponent(() => import("./AccountFrame"), "AccountFrame"),
});

const profile = createRoute({
  getParentRoute: () => frame,
  path: "/",
  component: lazyRouteComponent(() => import("./Profile"), "Profile"),
});

const security = createRoute({
  getParentRoute: () => frame,
  path: "/security",
  component: lazyRouteComponent(() => import("./Security"), "Security"),
});

const sessions = createRoute({
  getParentRoute: () => frame,
  path: "/sessions",
  component: lazyRouteComponent(() => import("./Sessions"), "Sessions"),
});

const apps = createRoute({
  getParentRoute: () => frame,
  path: "/apps",
  component: lazyRouteComponent(() => import("./ConnectedApps"), "ConnectedApps"),
});

export const accountRoutes = [frame.addChildren([profile, security, sessions, apps])];

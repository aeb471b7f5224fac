import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedIn } from "../../shell/routes";

const keys = createRoute({
  getParentRoute: () => signedIn,
  path: "/api-keys",
  component: lazyRouteComponent(() => import("./ApiKeys"), "ApiKeys"),
});

export const keyRoutes = [keys];

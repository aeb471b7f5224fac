import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedIn } from "../../shell/routes";
import { filterOf } from "./filter";

const audit = createRoute({
  getParentRoute: () => signedIn,
  path: "/audit",
  validateSearch: filterOf,
  component: lazyRouteComponent(() => import("./Audit"), "Audit"),
});

export const auditRoutes = [audit];

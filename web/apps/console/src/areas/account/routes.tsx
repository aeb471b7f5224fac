import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedIn } from "../../shell/routes";

const account = createRoute({ getParentRoute: () => signedIn, path: "/account", component: lazyRouteComponent(() => import("./Account"), "Account") });

export const accountRoutes = [account];

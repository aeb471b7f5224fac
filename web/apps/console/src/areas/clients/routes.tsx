import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedIn } from "../../shell/routes";

const clients = createRoute({
  getParentRoute: () => signedIn,
  path: "/clients",
  component: lazyRouteComponent(() => import("./Clients"), "Clients"),
});

const client = createRoute({
  getParentRoute: () => signedIn,
  path: "/clients/$id",
  component: lazyRouteComponent(() => import("./ClientPage"), "ClientPage"),
});

export const clientRoutes = [clients, client];

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedIn } from "../../shell/routes";

const organisations = createRoute({
  getParentRoute: () => signedIn,
  path: "/organisations",
  component: lazyRouteComponent(() => import("./Organisations"), "Organisations"),
});

const organisation = createRoute({
  getParentRoute: () => signedIn,
  path: "/organisations/$id",
  component: lazyRouteComponent(() => import("./OrganisationPage"), "OrganisationPage"),
});

export const organisationRoutes = [organisations, organisation];

import { createRouter } from "@tanstack/react-router";
import { accountRoutes } from "./areas/account/routes";
import { auditRoutes } from "./areas/audit/routes";
import { clientRoutes } from "./areas/clients/routes";
import { keyRoutes } from "./areas/keys/routes";
import { operationsRoutes } from "./areas/operations/routes";
import { organisationRoutes } from "./areas/organisations/routes";
import { peopleRoutes } from "./areas/people/routes";
import { entrance, entranceRoutes } from "./entrance/routes";
import { home, root, signedIn } from "./shell/routes";

export const router = createRouter({
  routeTree: root.addChildren([
    entrance.addChildren(entranceRoutes),
    signedIn.addChildren([home, ...operationsRoutes, ...peopleRoutes, ...organisationRoutes, ...keyRoutes, ...clientRoutes, ...auditRoutes, ...accountRoutes]),
  ]),
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

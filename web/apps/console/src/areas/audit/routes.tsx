import { createRoute } from "@tanstack/react-router";
import { signedIn } from "../../shell/routes";
import { Audit } from "./Audit";

const audit = createRoute({ getParentRoute: () => signedIn, path: "/audit", component: Audit });

export const auditRoutes = [audit];

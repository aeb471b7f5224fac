import { createRoute } from "@tanstack/react-router";
import { signedIn } from "../../shell/routes";
import { Account } from "./Account";

const account = createRoute({ getParentRoute: () => signedIn, path: "/account", component: Account });

export const accountRoutes = [account];

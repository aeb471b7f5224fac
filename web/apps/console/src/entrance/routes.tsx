import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { requireSignIn } from "../shell/requireSignIn";
import { root } from "../shell/routes";
import { EntranceFrame } from "./EntranceFrame";
import { SignIn } from "./SignIn";

/** The pages before anybody is signed in. */
export const entrance = createRoute({ getParentRoute: () => root, id: "entrance", component: EntranceFrame });

const signIn = createRoute({
  getParentRoute: () => entrance,
  path: "/sign-in",
  validateSearch: ({ interaction }: Record<string, unknown>): { interaction?: string } =>
    typeof interaction === "string" ? { interaction } : {},
  component: SignIn,
});

const signUp = createRoute({
  getParentRoute: () => entrance,
  path: "/sign-up",
  component: lazyRouteComponent(() => import("./SignUp"), "SignUp"),
});

const verifyEmail = createRoute({
  getParentRoute: () => entrance,
  path: "/verify-email",
  component: lazyRouteComponent(() => import("./VerifyEmail"), "VerifyEmail"),
});

const recover = createRoute({
  getParentRoute: () => entrance,
  path: "/recover",
  component: lazyRouteComponent(() => import("./Recover"), "Recover"),
});

const resetPassword = createRoute({
  getParentRoute: () => entrance,
  path: "/reset-password",
  component: lazyRouteComponent(() => import("./ResetPassword"), "ResetPassword"),
});

const invitation = createRoute({
  getParentRoute: () => entrance,
  path: "/invitation",
  component: lazyRouteComponent(() => import("./Invitation"), "Invitation"),
});

const restoreAccount = createRoute({
  getParentRoute: () => entrance,
  path: "/restore-account",
  component: lazyRouteComponent(() => import("./RestoreAccount"), "RestoreAccount"),
});

const accountClosed = createRoute({
  getParentRoute: () => entrance,
  path: "/account-closed",
  validateSearch: ({ erased_at }: Record<string, unknown>): { erased_at?: string } =>
    typeof erased_at === "string" && !Number.isNaN(Date.parse(erased_at)) ? { erased_at } : {},
  component: lazyRouteComponent(() => import("./AccountClosed"), "AccountClosed"),
});

const consent = createRoute({
  getParentRoute: () => entrance,
  path: "/consent",
  validateSearch: ({ interaction }: Record<string, unknown>): { interaction: string } => ({
    interaction: typeof interaction === "string" ? interaction : "",
  }),
  component: lazyRouteComponent(() => import("./Consent"), "Consent"),
});

const device = createRoute({
  getParentRoute: () => entrance,
  path: "/device",
  validateSearch: ({ user_code }: Record<string, unknown>): { user_code?: string } =>
    typeof user_code === "string" ? { user_code } : {},
  beforeLoad: requireSignIn,
  component: lazyRouteComponent(() => import("./Device"), "Device"),
});

export const entranceRoutes = [
  signIn,
  signUp,
  verifyEmail,
  recover,
  resetPassword,
  invitation,
  restoreAccount,
  accountClosed,
  consent,
  device,
];

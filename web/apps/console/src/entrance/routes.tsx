import { createRoute } from "@tanstack/react-router";
import { root } from "../shell/routes";
import { EntranceFrame } from "./EntranceFrame";
import { SignIn } from "./SignIn";

/** The pages before anybody is signed in. */
export const entrance = createRoute({ getParentRoute: () => root, id: "entrance", component: EntranceFrame });

const signIn = createRoute({
  getParentRoute: () => entrance,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === "string" && isOwnPath(search.next) ? { next: search.next } : {},
  component: SignIn,
});

export const entranceRoutes = [signIn];

/** A path of this app, never another site: after signing in nobody is sent elsewhere. */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])/.test(path);
}

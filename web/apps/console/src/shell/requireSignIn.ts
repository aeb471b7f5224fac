import { redirect } from "@tanstack/react-router";
import { auth } from "../data/auth";

/** Sends whoever is not signed in to the entrance, from where they come back to the same address. */
export async function requireSignIn(href: string): Promise<void> {
  if ((await auth.ready()) === "signed-out") {
    throw redirect({ to: "/sign-in", search: href === "/" ? {} : { next: href } });
  }
}

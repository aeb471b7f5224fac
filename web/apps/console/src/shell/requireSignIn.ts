import { SignedOut } from "@nexus/auth";
import type { ParsedLocation } from "@tanstack/react-router";
import { auth } from "../data/auth";

interface Visit {
  location: ParsedLocation;
  /** The page is fetched because somebody points at a link. */
  preload: boolean;
}

/** Whoever is not signed in leaves for the server, and comes back to the same address. */
export async function requireSignIn({ location, preload }: Visit): Promise<void> {
  if (auth.state === "signed-in") {
    return;
  }
  if (preload) {
    throw new SignedOut();
  }
  await auth.signIn(location.href);
}

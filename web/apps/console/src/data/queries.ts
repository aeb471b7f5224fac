import { ApiError } from "@nexus/api";
import { SignedOut } from "@nexus/auth";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { auth } from "./auth";

const UNAUTHORIZED = 401;
/** Codes that say 401 and mean something else than that nobody is signed in. */
const STILL_SIGNED_IN = new Set(["step-up-required", "wrong-credentials"]);
const FRESH_MS = 10_000;

/** What the server said before is shown while it is asked again; a failure is shown at once, with its remedy. */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: { retry: false, networkMode: "always", staleTime: FRESH_MS },
    mutations: { networkMode: "always" },
  },
});

/** A session that was ended elsewhere ends here as soon as a request notices. */
function leaveWhenSignedOut(error: Error): void {
  const ended =
    error instanceof SignedOut ||
    (error instanceof ApiError && error.status === UNAUTHORIZED && !STILL_SIGNED_IN.has(error.code));
  if (ended) {
    auth.forget();
  }
}

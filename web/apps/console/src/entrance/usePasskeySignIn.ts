import { type GatewaySchemas, take } from "@nexus/api";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { publicGateway } from "../data/clients";
import { askForPasskey, hasPasskeySuggestions } from "../data/passkey";

type Proof = GatewaySchemas["PasskeyProof"];

/** The server forgets after five minutes what it asked; an offer that waits in a field is renewed before. */
const RENEW_AFTER_MS = 4 * 60_000;

/** Signing in without a password: on a click (`"ask"`), and among the suggestions of the e-mail field from the start. */
export function usePasskeySignIn(onSignedIn: () => Promise<void>) {
  const signIn = useMutation({
    mutationFn: async (how: Proof | "ask") => {
      const body = how === "ask" ? await askForPasskey(await begin()) : how;
      await take(publicGateway.POST("/api/v1/session/passkey/finish", { body }));
      await onSignedIn();
    },
  });
  const { mutate, status, variables } = signIn;
  // One ceremony at a time: the browser refuses a second. What was suggested and refused is not suggested again.
  const waiting = status === "idle" || (status === "error" && variables === "ask");
  useEffect(() => {
    if (!waiting) {
      return undefined;
    }
    const controller = new AbortController();
    void offer(controller.signal).then((proof) => proof !== null && mutate(proof));
    return () => controller.abort();
  }, [waiting, mutate]);
  return signIn;
}

function begin(): Promise<GatewaySchemas["PasskeyCeremony"]> {
  return take(publicGateway.POST("/api/v1/session/passkey/start"));
}

/** Offers passkeys in the e-mail field until one is chosen; null when that came to nothing. */
async function offer(page: AbortSignal): Promise<Proof | null> {
  try {
    if (await hasPasskeySuggestions()) {
      while (!page.aborted) {
        // One offer after another.
        // oxlint-disable-next-line no-await-in-loop
        const proof = await offerOnce(page);
        if (proof !== null) {
          return proof;
        }
      }
    }
  } catch {
    // Nobody asked for it, so nobody is told that it came to nothing.
  }
  return null;
}

/** Null when it has become too old. */
async function offerOnce(page: AbortSignal): Promise<Proof | null> {
  const asked = await begin();
  const old = AbortSignal.timeout(RENEW_AFTER_MS);
  try {
    return await askForPasskey(asked, { mediation: "conditional", signal: AbortSignal.any([page, old]) });
  } catch (error) {
    if (old.aborted) {
      return null;
    }
    throw error;
  }
}

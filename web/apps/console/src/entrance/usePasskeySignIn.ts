import { take } from "@nexus/api";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { publicGateway } from "../data/clients";
import { askForPasskey, hasPasskeySuggestions } from "../data/passkey";

/** Signing in without a password: on a click, and among the suggestions of the e-mail field from the start. */
export function usePasskeySignIn(onSignedIn: () => Promise<void>) {
  const waiting = useRef<AbortController | null>(null);
  const latest = useRef(onSignedIn);
  useEffect(() => {
    latest.current = onSignedIn;
  });
  useEffect(() => {
    const controller = new AbortController();
    waiting.current = controller;
    void suggest(controller.signal)
      .then((done) => (done ? latest.current() : undefined))
      // Nobody asked for it, so nobody is told that it came to nothing.
      .catch(() => undefined);
    return () => controller.abort();
  }, []);
  return useMutation({
    mutationFn: async () => {
      // One ceremony at a time: the browser refuses a second.
      waiting.current?.abort();
      await signIn({});
      await onSignedIn();
    },
  });
}

async function suggest(signal: AbortSignal): Promise<boolean> {
  if (!(await hasPasskeySuggestions()) || signal.aborted) {
    return false;
  }
  await signIn({ mediation: "conditional", signal });
  return true;
}

async function signIn(how: { mediation?: "conditional"; signal?: AbortSignal }): Promise<void> {
  const ceremony = await take(publicGateway.POST("/api/v1/session/passkey/start", { body: {} }));
  const credential = await askForPasskey(ceremony, how);
  await take(
    publicGateway.POST("/api/v1/session/passkey/finish", { body: { ceremony: ceremony.ceremony, credential } }),
  );
}

import type { GatewaySchemas } from "@nexus/api";
import { tokensOf } from "@nexus/auth";
import { useRouter } from "@tanstack/react-router";
import { auth } from "../data/auth";
import { decide } from "./interaction";

/** Goes on, once somebody has signed in: back to the app that sent them here, or into the console. */
export function useArrival(interaction: string | undefined, next: string) {
  const router = useRouter();
  return async (tokens: GatewaySchemas["SessionTokens"]): Promise<void> => {
    auth.adopt(tokensOf(tokens));
    if (interaction === undefined) {
      router.history.push(next);
    } else {
      await decide(interaction, "allow");
    }
  };
}

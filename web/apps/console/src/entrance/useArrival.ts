import { ApiError } from "@nexus/api";
import { auth } from "../data/auth";
import { decide } from "./interaction";

/** Goes on, once the browser is signed in: back to the app that sent the person here, or into the console. */
export function useArrival(interaction: string | undefined): () => Promise<void> {
  return async () => {
    if (interaction === undefined) {
      return auth.signIn("/");
    }
    try {
      return await decide(interaction, "allow");
    } catch (error) {
      // The offer ran out while the person was typing.
      if (error instanceof ApiError && error.status === 404) {
        return auth.signIn("/");
      }
      throw error;
    }
  };
}

import { useSyncExternalStore } from "react";
import type { Auth, AuthState } from "./auth";

/** Whether somebody is signed in, now and whenever that changes. */
export function useAuthState(auth: Auth): AuthState {
  return useSyncExternalStore(auth.subscribe, () => auth.state);
}

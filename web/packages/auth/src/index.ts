export { Auth, type AuthState, SignedOut } from "./auth";
export { CALLBACK, RelyingParty } from "./relyingParty";
export { useAuthState } from "./useAuthState";

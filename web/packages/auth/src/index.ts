export { Auth, type AuthState, SignedOut } from "./auth";
export { type SessionAnswer, sessionIssuer, tokensOf } from "./sessionIssuer";
export type { TokenIssuer, Tokens } from "./tokens";
export { useAuthState } from "./useAuthState";

/** What the authorization server gave; kept in memory and nowhere else. */
export interface Tokens {
  access: string;
  /** When the access token expires, in ms since the epoch. */
  expiresAt: number;
  /** Buys the next ones, once. */
  refresh: string;
  /** Shows the server whose wish it is to sign out. */
  id: string;
}

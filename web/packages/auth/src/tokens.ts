/** What an authorisation server gave; kept in memory and nowhere else. */
export interface Tokens {
  access: string;
  /** When the access token expires, in ms since the epoch. */
  expiresAt: number;
  /** Buys the next ones, once; null where the browser's cookie does. */
  refresh: string | null;
}

/** How tokens are had; the answers of the server, without any state. */
export interface TokenIssuer {
  /** Tokens for whoever this browser is already signed in as; null when it is nobody. */
  resume: () => Promise<Tokens | null>;
  /** The next tokens; null when the session has ended. */
  refresh: (refresh: string | null) => Promise<Tokens | null>;
  /** Ends the session for good. */
  end: (tokens: Tokens) => Promise<void>;
}

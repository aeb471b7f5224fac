import type { TokenIssuer, Tokens } from "./tokens";

/** `unknown` until it was asked for the first time. */
export type AuthState = "unknown" | "signed-out" | "signed-in";

/** The person is not signed in, or not any more. */
export class SignedOut extends Error {
  constructor() {
    super("you are not signed in any more; sign in again");
  }
}

/** A token is renewed this long before it expires, so that none expires on its way. */
const MARGIN_MS = 30_000;

/** Who is signed in in this tab: the tokens, renewed in time, and what other tabs say of it. */
export class Auth {
  #state: AuthState = "unknown";
  #tokens: Tokens | null = null;
  #renewal: Promise<Tokens | null> | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #issuer: TokenIssuer;
  readonly #tabs: BroadcastChannel;

  constructor(issuer: TokenIssuer, channel = "nexus-auth") {
    this.#issuer = issuer;
    this.#tabs = new BroadcastChannel(channel);
    this.#tabs.addEventListener("message", ({ data }) => {
      if (data === "signed-out") {
        this.#set(null);
      }
    });
  }

  get state(): AuthState {
    return this.#state;
  }

  subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /** Finds out whether this browser is signed in; asks the server the first time only. */
  async ready(): Promise<AuthState> {
    if (this.#state === "unknown") {
      await this.#renew(() => this.#issuer.resume());
    }
    return this.#state;
  }

  /** The person has just signed in. */
  adopt(tokens: Tokens): void {
    this.#set(tokens);
  }

  /** An access token that is good for a while yet. */
  accessToken = async (): Promise<string> => {
    const tokens = this.#tokens;
    if (tokens === null) {
      throw new SignedOut();
    }
    if (tokens.expiresAt - MARGIN_MS > Date.now()) {
      return tokens.access;
    }
    const next = await this.#renew(() => this.#issuer.refresh(tokens.refresh));
    if (next === null) {
      throw new SignedOut();
    }
    return next.access;
  };

  /** Signs out here, on the server and in every other tab. */
  async signOut(): Promise<void> {
    const tokens = this.#tokens;
    if (tokens !== null) {
      await this.#issuer.end(tokens);
    }
    this.forget();
  }

  /** The session is over, whoever ended it. */
  forget(): void {
    this.#set(null);
    // A channel is of one origin by nature and takes no target.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#tabs.postMessage("signed-out");
  }

  /** One renewal at a time: a refresh token works once. */
  #renew(how: () => Promise<Tokens | null>): Promise<Tokens | null> {
    this.#renewal ??= how()
      .then((tokens) => {
        this.#set(tokens);
        return tokens;
      })
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  #set(tokens: Tokens | null): void {
    this.#tokens = tokens;
    this.#state = tokens === null ? "signed-out" : "signed-in";
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

import type { RelyingParty } from "./relyingParty";
import type { Tokens } from "./tokens";

export type AuthState = "signed-out" | "signed-in";

/** The person is not signed in, or not any more. */
export class SignedOut extends Error {
  constructor() {
    super("you are not signed in any more; sign in again");
  }
}

/** A token is renewed this long before it expires, so that none expires on its way. */
const MARGIN_MS = 30_000;

/** Leaves the page, without keeping it for the way back. */
export type Leave = (url: URL) => void;

/** Who is signed in in this tab: the tokens, renewed in time, and what other tabs say of it. */
export class Auth {
  #tokens: Tokens | null = null;
  #renewal: Promise<Tokens | null> | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #party: RelyingParty;
  readonly #leave: Leave;
  readonly #tabs: BroadcastChannel;

  constructor(party: RelyingParty, leave: Leave, channel = "nexus-auth") {
    this.#party = party;
    this.#leave = leave;
    this.#tabs = new BroadcastChannel(channel);
    this.#tabs.addEventListener("message", ({ data }) => {
      if (data === "signed-out") {
        this.forget();
      }
    });
  }

  get state(): AuthState {
    return this.#tokens === null ? "signed-out" : "signed-in";
  }

  subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /**
   * Leaves for the server, which sends a browser that is signed in back at once and asks everybody else who they are.
   * Never resolves; rejects when the browser cannot leave.
   */
  async signIn(href: string): Promise<never> {
    this.#leave(await this.#party.authorizationUrl(href));
    return new Promise<never>(() => undefined);
  }

  /** Back at the callback: signed in from now on. Answers where the person wanted to be; leaves again with an old answer. */
  async arrive(callback: URL): Promise<string> {
    const { tokens, href } = await this.#party.redeem(callback);
    if (tokens === null) {
      return this.signIn(href);
    }
    this.#set(tokens);
    return href;
  }

  /** An access token that is good for a while yet, and is not the one that a server refused. */
  accessToken = async (refused?: string): Promise<string> => {
    const tokens = this.#tokens;
    if (tokens === null) {
      throw new SignedOut();
    }
    if (tokens.access !== refused && tokens.expiresAt - MARGIN_MS > Date.now()) {
      return tokens.access;
    }
    const next = await this.#renew(tokens);
    if (next === null) {
      throw new SignedOut();
    }
    return next.access;
  };

  /** Leaves to sign out of the whole browser. */
  signOut(): void {
    if (this.#tokens !== null) {
      this.#leave(this.#party.signOutUrl(this.#tokens));
    }
  }

  /** Tells the other tabs, when the browser comes back from signing out: the server has ended the session by then. */
  tellSignedOut(url: URL): void {
    if (this.#party.signedOut(url)) {
      // A channel is of one origin by nature and takes no target.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      this.#tabs.postMessage("signed-out");
    }
  }

  /** The session is over, whoever ended it. */
  forget(): void {
    if (this.#tokens !== null) {
      this.#set(null);
    }
  }

  /** One renewal at a time: a refresh token works once. Each tab has its own. */
  #renew(tokens: Tokens): Promise<Tokens | null> {
    this.#renewal ??= this.#next(tokens).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #next(tokens: Tokens): Promise<Tokens | null> {
    const next = await this.#party.refresh(tokens);
    // Meanwhile the session may have ended in this tab.
    if (this.#tokens !== tokens) {
      return this.#tokens;
    }
    this.#set(next);
    return next;
  }

  #set(tokens: Tokens | null): void {
    this.#tokens = tokens;
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

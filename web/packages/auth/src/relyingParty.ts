import {
  type AuthorizationServer,
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  type Client,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  None,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  ResponseBodyError,
  type TokenEndpointResponse,
  validateAuthResponse,
} from "oauth4webapi";
import type { Tokens } from "./tokens";

export interface Registration {
  /** Origin that both the authorization server and this app are at. */
  origin: string;
  clientId: string;
  /** Asked for at every sign-in; the server grants those that the person has. */
  scopes: readonly string[];
}

/** Where the server sends the browser back to. */
export const CALLBACK = "/callback";

/** What was begun and comes back by another page load; the session storage of one tab. */
export type Memory = Pick<Storage, "getItem" | "setItem" | "removeItem">;

interface Begun {
  state: string;
  /** Where the person wanted to be. */
  href: string;
  /** Absent once the code is being exchanged: it works once. The rest stays, so that a hasty reload loses no place. */
  secrets?: { nonce: string; verifier: string };
}

/** Back from the server. */
export interface Arrival {
  /** Null when this tab has not asked for the code, or has used it already. */
  tokens: Tokens | null;
  /** Where the person wanted to be. */
  href: string;
}

const SIGN_IN = "nexus-sign-in";
const SIGN_OUT = "nexus-sign-out";

/** An app as a public client of the platform's authorization server: code with PKCE, refresh, sign-out (OpenID Connect). */
export class RelyingParty {
  readonly #server: AuthorizationServer;
  readonly #client: Client;
  readonly #registration: Registration;
  readonly #memory: Memory;

  constructor(registration: Registration, memory: Memory) {
    const { origin, clientId } = registration;
    // What discovery would answer, without a round trip at every start: server and app are of one release.
    this.#server = {
      issuer: origin,
      authorization_endpoint: `${origin}/oauth2/authorize`,
      token_endpoint: `${origin}/oauth2/token`,
      end_session_endpoint: `${origin}/oauth2/logout`,
      authorization_response_iss_parameter_supported: true,
    };
    this.#client = { client_id: clientId };
    this.#registration = registration;
    this.#memory = memory;
  }

  /** Where the browser goes to sign in, at once or after asking; it comes back to the callback. */
  async authorizationUrl(href: string): Promise<URL> {
    const state = generateRandomState();
    const secrets = { nonce: generateRandomNonce(), verifier: generateRandomCodeVerifier() };
    this.#remember({ state, href, secrets });
    return address(this.#server.authorization_endpoint, {
      response_type: "code",
      client_id: this.#client.client_id,
      redirect_uri: this.#redirectUri,
      scope: this.#registration.scopes.join(" "),
      state,
      nonce: secrets.nonce,
      code_challenge: await calculatePKCECodeChallenge(secrets.verifier),
      code_challenge_method: "S256",
    });
  }

  /** Exchanges the code of the callback. */
  async redeem(callback: URL): Promise<Arrival> {
    const begun = this.#begun(callback.searchParams.get("state"));
    if (begun?.secrets === undefined) {
      return { tokens: null, href: begun?.href ?? "/" };
    }
    const { state, href, secrets } = begun;
    this.#remember({ state, href });
    const params = validateAuthResponse(this.#server, this.#client, callback, state);
    const request = authorizationCodeGrantRequest(
      this.#server,
      this.#client,
      None(),
      params,
      this.#redirectUri,
      secrets.verifier,
    );
    const options = { expectedNonce: secrets.nonce, requireIdToken: true };
    const answer = await processAuthorizationCodeResponse(this.#server, this.#client, await request, options);
    return { tokens: tokensOf(answer, ""), href };
  }

  /** The next tokens; null when the server says that this is over. */
  async refresh({ refresh, id }: Tokens): Promise<Tokens | null> {
    const response = await refreshTokenGrantRequest(this.#server, this.#client, None(), refresh);
    try {
      return tokensOf(await processRefreshTokenResponse(this.#server, this.#client, response), id);
    } catch (error) {
      if (error instanceof ResponseBodyError && error.error === "invalid_grant") {
        return null;
      }
      throw error;
    }
  }

  /** Where the browser goes to sign out; it comes back to the start page. */
  signOutUrl({ id }: Tokens): URL {
    const state = generateRandomState();
    this.#memory.setItem(SIGN_OUT, state);
    return address(this.#server.end_session_endpoint, {
      id_token_hint: id,
      post_logout_redirect_uri: `${this.#registration.origin}/`,
      state,
    });
  }

  /** Whether the browser comes back from signing out. */
  signedOut(url: URL): boolean {
    const state = this.#memory.getItem(SIGN_OUT);
    this.#memory.removeItem(SIGN_OUT);
    return state !== null && state === url.searchParams.get("state");
  }

  get #redirectUri(): string {
    return this.#registration.origin + CALLBACK;
  }

  #remember(begun: Begun): void {
    this.#memory.setItem(SIGN_IN, JSON.stringify(begun));
  }

  #begun(state: string | null): Begun | null {
    const kept = this.#memory.getItem(SIGN_IN);
    const begun = kept === null ? null : (JSON.parse(kept) as Begun);
    return begun?.state === state ? begun : null;
  }
}

function address(endpoint: string | undefined, params: Record<string, string>): URL {
  const url = new URL(endpoint ?? "");
  url.search = new URLSearchParams(params).toString();
  return url;
}

function tokensOf({ access_token, expires_in, refresh_token, id_token }: TokenEndpointResponse, id: string): Tokens {
  return {
    access: access_token,
    expiresAt: Date.now() + (expires_in ?? 0) * 1_000,
    refresh: refresh_token ?? "",
    id: id_token ?? id,
  };
}

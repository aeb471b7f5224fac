import type { TokenIssuer, Tokens } from "./tokens";

/** The part of an answer of `/api/v1/session` that tokens are made from. */
export interface SessionAnswer {
  access_token: string;
  expires_in: number;
  refresh_token?: string;
}

export function tokensOf({ access_token, expires_in, refresh_token }: SessionAnswer): Tokens {
  return { access: access_token, expiresAt: Date.now() + expires_in * 1_000, refresh: refresh_token ?? null };
}

const UNAUTHORIZED = 401;

/** Tokens from the session API of the page's own origin. */
export const sessionIssuer: TokenIssuer = {
  resume: () => renew(null),
  refresh: renew,
  end: async ({ access }) => {
    const response = await fetch("/api/v1/session", { method: "DELETE", headers: { authorization: `Bearer ${access}` } });
    if (!response.ok && response.status !== UNAUTHORIZED) {
      throw new Error(`signing out failed: the server answered with status ${response.status}`);
    }
  },
};

/** With a refresh token, or with the cookie of a browser that is signed in. */
async function renew(refresh: string | null): Promise<Tokens | null> {
  const response = await fetch("/api/v1/session/refresh", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(refresh === null ? {} : { refresh_token: refresh }),
  });
  if (response.status === UNAUTHORIZED) {
    return null;
  }
  if (!response.ok) {
    throw new Error(`the session cannot be renewed: the server answered with status ${response.status}`);
  }
  return tokensOf((await response.json()) as SessionAnswer);
}

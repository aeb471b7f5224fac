import { Auth, RelyingParty } from "@nexus/auth";
import { OWN_SCOPES } from "./scopes";

const party = new RelyingParty(
  { origin: window.location.origin, clientId: "console", scopes: OWN_SCOPES },
  window.sessionStorage,
);

/** Who is signed in in this tab. */
export const auth = new Auth(party, (url) => window.location.replace(url));

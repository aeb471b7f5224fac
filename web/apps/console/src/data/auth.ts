import { Auth, sessionIssuer } from "@nexus/auth";

/** Who is signed in in this tab. */
export const auth = new Auth(sessionIssuer);

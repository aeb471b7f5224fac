// The certified reference provider as a peer of gateway-load: one confidential client, everything in
// memory, on 127.0.0.1.
import { randomBytes } from "node:crypto";
import Provider from "oidc-provider";

const port = Number(process.env.PORT ?? 4999);
const secret = process.env.BENCH_CLIENT_SECRET ?? randomBytes(32).toString("base64url");
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "bench",
      client_secret: secret,
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
      scope: "streams:read",
    },
  ],
  scopes: ["openid", "streams:read"],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: () => true },
    // Tokens as JWTs, as those of gateway-api are; without it they are rows in memory.
    resourceIndicators: {
      enabled: process.env.JWT === "1",
      defaultResource: () => "urn:bench",
      getResourceServerInfo: () => ({ scope: "streams:read", accessTokenFormat: "jwt" }),
    },
  },
});
provider.listen(port, "127.0.0.1", () => {
  console.log(`oidc-provider on http://127.0.0.1:${port}, client bench`);
});

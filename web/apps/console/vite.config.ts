import { defineConfig } from "vite";
import { app } from "../../build/app.ts";

/** Where the dev server sends what services answer. */
const gateway = process.env.NEXUS_GATEWAY_BACKEND ?? "http://127.0.0.1:4000";
const streamcore = process.env.NEXUS_TV_BACKEND ?? "http://127.0.0.1:3016";

export default defineConfig(
  app({
    "/api/v1/streams": streamcore,
    "/live": streamcore,
    "/api": gateway,
    "/oauth2": gateway,
    "/.well-known": gateway,
  }),
);

import { defineConfig } from "vite";
import { app } from "../../build/app.ts";

/** Where the dev server sends what StreamCore answers. */
const backend = process.env.NEXUS_TV_BACKEND ?? "http://127.0.0.1:3016";

export default defineConfig(app({ "/api": backend, "/live": backend }));

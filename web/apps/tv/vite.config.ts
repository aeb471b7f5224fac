import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { precompress } from "./build/precompress.ts";

/** Where the dev server sends what StreamCore answers. */
const backend = process.env.NEXUS_TV_BACKEND ?? "http://127.0.0.1:3016";

export default defineConfig({
  plugins: [react(), tailwindcss(), precompress()],
  build: {
    target: "es2022",
    // Inlined assets would need data: in the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // hls.js and media-chrome, fetched with the watch page only.
    chunkSizeWarningLimit: 800,
    // The polyfill is an inline script in disguise and every supported browser preloads modules.
    modulePreload: { polyfill: false },
  },
  server: { host: "127.0.0.1", proxy: { "/api": backend, "/live": backend } },
});

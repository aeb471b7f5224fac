import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { UserConfig } from "vite";
import { precompress } from "./precompress.ts";

/** How every app is built; `proxy` is where its dev server sends what a service answers. */
export function app(proxy: Record<string, string>): UserConfig {
  return {
    plugins: [react(), tailwindcss(), precompress()],
    build: {
      target: "es2022",
      // Inlined assets would need data: in the content security policy.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      // hls.js and media-chrome, fetched with the pages that play only.
      chunkSizeWarningLimit: 800,
      // The polyfill is an inline script in disguise and every supported browser preloads modules.
      modulePreload: { polyfill: false },
    },
    server: { host: "127.0.0.1", proxy },
  };
}

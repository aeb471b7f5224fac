import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["scenarios/*.test.ts"],
    // All scenarios publish to the same stream of the same server.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["scenarios/*.test.ts"],
    // Smooth playback is measured: nothing else may take the processor.
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});

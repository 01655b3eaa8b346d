import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/seed-properties.ts"],
    // PGlite boots in about a second on a quiet machine and in tens on a loaded one.
    testTimeout: 300_000,
    hookTimeout: 480_000,
    pool: "forks",
    maxWorkers: 2,
  },
});

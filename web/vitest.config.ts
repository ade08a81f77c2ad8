import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["packages/*/src/**/*.test.ts", "console/src/**/*.test.ts"], environment: "node", testTimeout: 60_000 },
});

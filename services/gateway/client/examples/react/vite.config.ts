import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const source = (file: string) => fileURLToPath(new URL(`../../src/${file}`, import.meta.url));

export default defineConfig({
  // In a page of your own the package is installed, and this is not needed.
  resolve: {
    alias: {
      "@lodestone/client/react": source("useBackgroundJob.ts"),
      "@lodestone/client": source("index.ts"),
    },
  },
  // `lodestone up`, seen under the page's own origin.
  server: { proxy: { "/api": "http://127.0.0.1:8400" } },
});

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  plugins: [react()],
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", manifest: true, chunkSizeWarningLimit: 900 },
  server: { port: 4301, proxy: { "/api": process.env.PERENNIAL_URL ?? "http://127.0.0.1:4300" } },
});

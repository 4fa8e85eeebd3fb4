import preact from "@preact/preset-vite";
import { defineConfig } from "vitest/config";

// The server's content security policy allows scripts and styles from its own files only, so nothing may be inlined.
export default defineConfig({
	plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
	build: {
		outDir: "dist",
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		target: ["chrome123", "firefox120", "safari17.5"],
		reportCompressedSize: false,
	},
	server: { proxy: { "/api": { target: "http://localhost:8080", ws: true } } },
	test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});

import { defineConfig } from 'vite'
import solid from 'vite-plugin-solid'

/** The page is built into the daemon's static files. Nothing inline: its content security policy allows none. */
export default defineConfig({
  plugins: [solid()],
  build: {
    outDir: '../sundew/public',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2024',
    rolldownOptions: { checks: { pluginTimings: false } },
  },
})

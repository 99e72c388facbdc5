import { defineConfig, type BuildOptions } from 'vite'
import solid from 'vite-plugin-solid'

const shared: BuildOptions = {
  outDir: '../sundew/public',
  target: 'es2024',
  rolldownOptions: { checks: { pluginTimings: false } },
}

/**
 * The page is built into the daemon's static files. Nothing inline: its content security policy allows none. `--mode fireplot`: the
 * script of the page that `sundew plot fireplot` writes, one file, after it.
 */
export default defineConfig(({ mode }) =>
  mode === 'fireplot'
    ? {
        publicDir: false,
        build: {
          ...shared,
          emptyOutDir: false,
          lib: { entry: 'src/fireplot/main.ts', formats: ['es'], fileName: () => 'fireplot.js' },
        },
      }
    : {
        plugins: [solid()],
        build: {
          ...shared,
          emptyOutDir: true,
          assetsInlineLimit: 0,
          modulePreload: { polyfill: false },
        },
      },
)

import { Hono } from 'hono'
import type { Asset } from '../assets.ts'

const missing =
  'The console has not been built. In the checkout run:\n\n    npm run prepare\n\nand start Sundew again. The API works all the same.\n'

/** The page and its files. Addresses within the page all lead to index.html. */
export function pageRoutes(assets: ReadonlyMap<string, Asset> | undefined): Hono {
  const app = new Hono()
  app.get('*', (c) => {
    if (!assets) return c.text(missing, 503)
    const found = assets.get(c.req.path)
    if (!found && /\.[a-z0-9]+$/.test(c.req.path)) return c.text('Not here.\n', 404)
    const asset = found ?? assets.get('/index.html')!
    const headers = {
      'Content-Type': asset.type,
      ETag: asset.etag,
      'Cache-Control': asset.forever ? 'public, max-age=31536000, immutable' : 'no-cache',
    }
    if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304, headers)
    return c.body(asset.body, 200, headers)
  })
  return app
}

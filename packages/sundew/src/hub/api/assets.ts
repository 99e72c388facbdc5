import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/** The page's files, and what they may weigh: read once, so that no request ever names a path on disk. */
const maxFiles = 200
const maxBytes = 16 * 2 ** 20

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

export interface Asset {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly etag: string
  /** Its name carries a hash of its content. */
  readonly forever: boolean
}

/** The files under `folder` by URL path; undefined where the page was not built. */
export async function loadAssets(folder: string): Promise<ReadonlyMap<string, Asset> | undefined> {
  let names: string[]
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const assets = new Map<string, Asset>()
  let bytes = 0
  for (const name of names) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const body = new Uint8Array(await readFile(name))
    bytes += body.length
    if (assets.size >= maxFiles || bytes > maxBytes) {
      throw new Error(
        `SUNDEW_CONSOLE_FILES: ${folder} should hold the console's page and holds more than ${maxFiles} files or ${maxBytes} bytes. Empty it and run: npm run prepare`,
      )
    }
    const path = `/${relative(folder, name).split(sep).join('/')}`
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    assets.set(path, { body, type, etag, forever: path.startsWith('/assets/') })
  }
  return assets.has('/index.html') ? assets : undefined
}

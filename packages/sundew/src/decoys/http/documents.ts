import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { extname, isAbsolute, join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Document } from './answer.ts'
import type { HttpConfig } from './settings.ts'

const assets = join(import.meta.dirname, '..', '..', '..', 'assets')
const pack = promisify(gzip)
/** Extensions whose files web servers compress. */
const wordy = new Set(['html', 'htm', 'txt', 'css', 'js', 'xml'])
/** One of the owner's files, and all of them together: they are held in memory. */
const maxFileBytes = 64 * 1024 * 1024
const maxAllBytes = 512 * 1024 * 1024

/** A document in the configuration that cannot be served. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError'
  readonly code = 'SUNDEW_HTTP_DOCUMENT'
}

/** Everything that can be served, read once at the start: what a peer asks for is looked up here, never on the disk. */
export class Documents {
  readonly #byPath = new Map<string, Document>()
  readonly #byExtension = new Map<string, Document>()
  readonly #samples = new Map<string, Document>()

  /** The owner's own, by path and then by extension. */
  own(path: string): Document | undefined {
    return this.#byPath.get(path) ?? this.#byExtension.get(extensionOf(path))
  }

  /** The sample for the extension of a path. */
  sample(path: string): Document | undefined {
    return this.#samples.get(extensionOf(path))
  }

  /** Throws DocumentError where a document of the configuration is not to be had. */
  static async load(config: HttpConfig, modified: Date): Promise<Documents> {
    const documents = new Documents()
    if (config.samples) {
      const folder = join(assets, 'samples')
      for (const name of await readdir(folder)) {
        const document = await documentOf(await readFile(join(folder, name)), extensionOf(name), modified)
        documents.#samples.set(document.extension, document)
      }
    }
    const folders = await Promise.all(
      config.reads.map((folder) => realpath(folder).catch(() => resolve(folder))),
    )
    let bytes = 0
    for (const { path, extension, file, type } of config.documents) {
      const { body, changed } = await readOwn(file, folders)
      bytes += body.length
      if (bytes > maxAllBytes)
        throw new DocumentError(`decoys.http.documents: more than ${maxAllBytes} bytes in all`)
      const document = await documentOf(body, extensionOf(file), changed, type)
      if (path !== undefined) documents.#byPath.set(path, document)
      else documents.#byExtension.set(extension!.toLowerCase(), document)
    }
    return documents
  }
}

async function readOwn(file: string, folders: readonly string[]): Promise<{ body: Buffer; changed: Date }> {
  const candidates = isAbsolute(file) ? [file] : folders.map((folder) => join(folder, file))
  for (const candidate of candidates) {
    const real = await realpath(candidate).catch(() => undefined)
    if (real === undefined) continue
    if (!folders.some((folder) => real.startsWith(folder + sep))) {
      throw new DocumentError(
        `decoys.http.documents: ${file} is ${real}, outside of the folders in decoys.http.reads (${folders.join(', ') || 'none'})`,
      )
    }
    const facts = await stat(real)
    if (!facts.isFile() || facts.size > maxFileBytes) {
      throw new DocumentError(`decoys.http.documents: ${file} is no file of at most ${maxFileBytes} bytes`)
    }
    return { body: await readFile(real), changed: facts.mtime }
  }
  throw new DocumentError(
    `decoys.http.documents: ${file} is not in the folders in decoys.http.reads (${folders.join(', ') || 'none'})`,
  )
}

/** A page that comes with Sundew. */
export async function assetPage(name: string, modified: Date): Promise<Document> {
  return documentOf(await readFile(join(assets, 'pages', name)), 'html', modified)
}

async function documentOf(body: Buffer, extension: string, modified: Date, type?: string): Promise<Document> {
  const packed = wordy.has(extension) && body.length > 20 ? await pack(body, { level: 6 }) : undefined
  return { body, gzip: packed, extension, type, modified }
}

function extensionOf(path: string): string {
  return extname(path).slice(1).toLowerCase()
}

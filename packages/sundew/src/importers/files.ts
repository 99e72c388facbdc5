import { constants, type Dirent } from 'node:fs'
import { lstat, open, opendir, stat, type FileHandle } from 'node:fs/promises'
import { bytesOf, byteStringOf, type ByteString } from '../event/bytes.ts'
import { trouble, type Trouble } from './importer.ts'

/** How deep folders are followed, and how many files are taken of one path. */
export const fileLimits = { depth: 8, files: 2_000_000 } as const

/** A file to read. */
export interface FoundFile {
  readonly found: 'file'
  /** Its path. */
  readonly file: ByteString
  /** Without folders. */
  readonly name: ByteString
  /** In `new` or `cur` of a Maildir. */
  readonly maildir: boolean
}

/**
 * The file itself, or the files under a folder: of a Maildir those in `new` and `cur`, elsewhere all whose names don't
 * begin with a dot. Links in a folder are not followed; what is neither file nor folder is told. Rejects where `path`
 * itself can't be read.
 */
export async function* filesUnder(path: string): AsyncGenerator<FoundFile | Trouble> {
  const root = byteStringOf(path)
  const found = await stat(path)
  if (!found.isDirectory()) {
    if (found.isFile()) yield { found: 'file', file: root, name: nameOf(root), maildir: false }
    else yield trouble('not a regular file', root)
    return
  }
  let files = 0
  for await (const one of inFolder(root, 1, false)) {
    if (one.found === 'file' && ++files > fileLimits.files) {
      yield trouble(`more than ${fileLimits.files} files`, one.file)
      return
    }
    yield one
  }
}

async function* inFolder(
  folder: ByteString,
  depth: number,
  leaf: boolean,
): AsyncGenerator<FoundFile | Trouble> {
  if (depth > fileLimits.depth) {
    yield trouble(`folders deeper than ${fileLimits.depth}`, folder)
    return
  }
  const maildir = !leaf && (await isMaildir(folder))
  let entries: AsyncIterable<Dirent>
  try {
    // Names are any bytes: latin1 keeps each as a character.
    entries = await opendir(bytesOf(folder), { encoding: 'latin1' as BufferEncoding })
  } catch {
    yield trouble('folders that cannot be read', folder)
    return
  }
  for await (const entry of entries) {
    const name = entry.name as ByteString
    const file = `${folder.replace(/\/$/, '')}/${name}` as ByteString
    const delivered = maildir && (name === 'new' || name === 'cur')
    // Beside its mails a Maildir holds folders of the same make (`.Spam`), and what its server notes for itself.
    if (maildir && !delivered && !(name.startsWith('.') && entry.isDirectory())) continue
    if (!maildir && name.startsWith('.')) continue
    if (entry.isSymbolicLink()) yield trouble('links, which are not followed', file)
    else if (entry.isDirectory()) {
      if (!leaf) yield* inFolder(file, depth + 1, delivered)
    } else if (entry.isFile()) yield { found: 'file', file, name, maildir: leaf }
    else yield trouble('not a regular file', file)
  }
}

async function isMaildir(folder: ByteString): Promise<boolean> {
  for (const name of ['new', 'cur']) {
    const found = await lstat(bytesOf(`${folder}/${name}` as ByteString)).catch(() => undefined)
    if (!found?.isDirectory()) return false
  }
  return true
}

function nameOf(path: ByteString): ByteString {
  return path.slice(path.lastIndexOf('/') + 1) as ByteString
}

/** Opens a regular file for reading, and never waits for a pipe that took its name; undefined where it is something else by now. */
export async function openRegular(file: ByteString, follow: boolean): Promise<FileHandle | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const handle = await open(bytesOf(file), O_RDONLY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW))
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  return undefined
}

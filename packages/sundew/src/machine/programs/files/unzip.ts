import { createInflateRaw } from 'node:zlib'
import { latin1 } from '../common/lines.ts'
import { options } from '../common/options.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { makeFolders } from './mkdir.ts'

const maxEntries = 20_000
/** What comes out of one archive at most. */
const maxUnpackedBytes = 32 * 1024 * 1024

interface Entry {
  readonly name: string
  readonly method: number
  readonly packed: number
  readonly size: number
  readonly at: number
  readonly mode: number
}

/** `unzip`: lists, prints and extracts. */
export const unzip = tool('unzip', async (t: Tool) => {
  const o = options(t, 'lvtpoqnjd:P:Z', '')
  const [archive, ...wanted] = o.operands
  if (archive === undefined) {
    t.put(
      'UnZip 6.00 of 20 April 2009, by Debian. Original by Info-ZIP.\n\nUsage: unzip [-Z] [-opts[modifiers]] file[.zip] [list] [-x xlist] [-d exdir]\n',
    )
    return o.list.length === 0 ? 0 : 10
  }
  let bytes: Buffer
  const name = t.files.exists(t.call.path(archive)) ? archive : `${archive}.zip`
  try {
    bytes = Buffer.from(t.files.read(t.call.path(name)))
  } catch (error) {
    if (reasonOf(error) !== 'No such file or directory')
      throw new Exit(9, `error:  cannot open zipfile [ ${name} ]\n        ${reasonOf(error)}\n`)
    throw new Exit(9, `unzip:  cannot find or open ${archive}, ${archive}.zip or ${archive}.ZIP.\n`)
  }
  const entries = entriesOf(bytes)
  if (!o.has('q') && !o.has('p')) t.put(`Archive:  ${name}\n`)
  if (entries === undefined) {
    await t.flush()
    throw new Exit(
      9,
      `  End-of-central-directory signature not found.  Either this file is not\n  a zipfile, or it constitutes one disk of a multi-part archive.  In the\n  latter case the central directory and zipfile comment will be found on\n  the last disk(s) of this archive.\nunzip:  cannot find zipfile directory in one of ${archive} or\n        ${archive}.zip, and cannot find ${archive}.ZIP, period.\n`,
    )
  }
  const folder = o.value('d')
  let left = maxUnpackedBytes
  for (const entry of entries) {
    await t.call.spend()
    if (wanted.length > 0 && !wanted.includes(entry.name)) continue
    if (o.has('l', 'v')) {
      t.put(`${String(entry.size).padStart(9)}  ${entry.name}\n`)
      continue
    }
    // As the real one: nothing goes above the folder.
    const safe = entry.name
      .split('/')
      .filter((part) => part !== '' && part !== '.' && part !== '..')
      .join('/')
    const target = `${folder === undefined ? '' : `${folder}/`}${safe}`
    try {
      if (entry.name.endsWith('/')) {
        await makeFolders(t, target)
        t.put(`   creating: ${target}/\n`)
        continue
      }
      const body = await unpacked(bytes.subarray(entry.at, entry.at + entry.packed), entry.method, left)
      if (body === undefined) {
        await t.call.stderr.write(`  error:  invalid compressed data to inflate ${target}\n`)
        t.status = 2
        continue
      }
      left -= body.length
      if (o.has('p')) await t.write(body)
      else if (!o.has('t')) {
        const slash = target.lastIndexOf('/')
        if (slash > 0) await makeFolders(t, target.slice(0, slash))
        t.files.write(t.call.path(target), body, entry.mode & ~t.call.umask)
        if (!o.has('q')) t.put(`${entry.method === 0 ? ' extracting' : '  inflating'}: ${target}  \n`)
      }
    } catch (error) {
      await t.call.stderr.write(`error:  cannot create ${target}\n        ${reasonOf(error)}\n`)
      t.status = 50
    }
  }
  return t.status
})

/** From the directory at the end (APPNOTE 4.3.12); undefined where there is none. */
function entriesOf(bytes: Buffer): Entry[] | undefined {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06'))
  if (end < 0 || end + 22 > bytes.length) return undefined
  const entries: Entry[] = []
  let at = bytes.readUInt32LE(end + 16)
  for (
    let i = bytes.readUInt16LE(end + 10);
    i > 0 && entries.length < maxEntries && at + 46 <= bytes.length;
    i--
  ) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) break
    const nameLength = bytes.readUInt16LE(at + 28)
    const local = bytes.readUInt32LE(at + 42)
    const name = latin1(bytes.subarray(at + 46, at + 46 + nameLength))
    if (local + 30 <= bytes.length)
      entries.push({
        name,
        method: bytes.readUInt16LE(at + 10),
        packed: bytes.readUInt32LE(at + 20),
        size: bytes.readUInt32LE(at + 24),
        at: local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28),
        mode: (bytes.readUInt32LE(at + 38) >>> 16) & 0o777 || 0o644,
      })
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return entries
}

async function unpacked(bytes: Buffer, method: number, most: number): Promise<Buffer | undefined> {
  if (method === 0) return bytes.length > most ? undefined : bytes
  if (method !== 8) return undefined
  return new Promise((resolve) => {
    const stream = createInflateRaw()
    const parts: Buffer[] = []
    let length = 0
    stream.on('data', (part: Buffer) => {
      length += part.length
      if (length <= most) parts.push(part)
      else {
        stream.destroy()
        resolve(undefined)
      }
    })
    stream.on('end', () => resolve(Buffer.concat(parts)))
    stream.on('error', () => resolve(undefined))
    stream.end(bytes)
  })
}

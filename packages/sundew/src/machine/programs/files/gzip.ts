import { createGunzip, gzipSync } from 'node:zlib'
import { options } from '../common/options.ts'
import { whole } from '../common/lines.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'

/** What comes out of an archive at most: the rest of a bomb stays inside. */
const maxUnpackedBytes = 32 * 1024 * 1024
const maxPackedBytes = 16 * 1024 * 1024

/** `gzip`, `gunzip` and `zcat`. */
export const gzip = tool(['gzip', 'gunzip', 'zcat'], async (t: Tool) => {
  const o = options(
    t,
    'acdfhklLnNqrS:tvV123456789',
    'stdout=c to-stdout=c decompress=d uncompress=d force=f keep=k list=l license=L no-name=n name=N quiet=q recursive=r suffix:=S test=t verbose=v fast=1 best=9 rsyncable',
  )
  if (o.has('V', 'version')) {
    t.put(
      'gzip 1.12\nCopyright (C) 2018 Free Software Foundation, Inc.\nCopyright (C) 1993 Jean-loup Gailly.\nThis is free software.  You may redistribute copies of it under the terms of\nthe GNU General Public License <https://www.gnu.org/licenses/gpl.html>.\nThere is NO WARRANTY, to the extent permitted by law.\n\nWritten by Jean-loup Gailly.\n',
    )
    return 0
  }
  const unpack = o.has('d', 't') || t.call.name !== 'gzip'
  const toStdout = o.has('c') || t.call.name === 'zcat'
  const name_ = t.busybox ? t.call.name : 'gzip'
  const warn = async (text: string, status = 1): Promise<void> => {
    await t.call.stderr.write(`${name_}: ${text}\n`)
    t.status = Math.max(t.status, status)
  }
  if (o.operands.length === 0 || (o.operands.length === 1 && o.operands[0] === '-')) {
    if (t.call.stdout.terminal !== undefined && !unpack && !o.has('f'))
      throw new Exit(
        1,
        'gzip: compressed data not written to a terminal. Use -f to force compression.\nFor help, type: gzip -h\n',
      )
    const bytes = await whole(t, t.stdin(), maxPackedBytes)
    if (!unpack) await t.write(gzipSync(bytes))
    else {
      const made = await gunzip(bytes)
      if (made === undefined)
        throw new Exit(
          1,
          bytes.length === 0
            ? '\ngzip: stdin: unexpected end of file\n'
            : '\ngzip: stdin: not in gzip format\n',
        )
      if (!o.has('t')) await t.write(made)
    }
    return 0
  }
  for (const operand of o.operands) {
    let name = operand
    let path = t.call.path(name)
    if (unpack && !t.files.exists(path) && t.files.exists(`${path}.gz`)) {
      name += '.gz'
      path += '.gz'
    }
    try {
      const stat = t.files.stat(path)
      if (stat.type === 'directory') {
        await warn(`${name} is a directory -- ignored`, 2)
        continue
      }
      const bytes = t.files.read(path)
      let made: Uint8Array | undefined
      let target: string
      if (unpack) {
        const ending = /\.(gz|tgz|z|Z)$/.exec(name)
        if (ending === null && !toStdout && !o.has('t')) {
          await warn(`${name}: unknown suffix -- ignored`, 2)
          continue
        }
        target = name.replace(/\.tgz$/, '.tar.gz').replace(/\.(gz|z|Z)$/, '')
        made = await gunzip(bytes)
        if (made === undefined) {
          await t.call.stderr.write(`\ngzip: ${name}: not in gzip format\n`)
          t.status = 1
          continue
        }
      } else {
        if (/\.(gz|tgz)$/.test(name) && !o.has('f') && !toStdout) {
          await warn(`${name} already has .gz suffix -- unchanged`, 2)
          continue
        }
        target = `${name}.gz`
        made = gzipSync(bytes)
      }
      if (o.has('t')) continue
      if (toStdout) {
        await t.write(made)
        continue
      }
      const to = t.call.path(target)
      if (t.files.exists(to) && !o.has('f')) {
        await warn(`${target} already exists;\tnot overwritten`, 2)
        continue
      }
      t.files.write(to, made, stat.mode)
      t.files.setTimes(to, stat.atimeMs, stat.mtimeMs)
      if (!o.has('k')) t.files.unlink(path)
      if (o.has('v'))
        await t.call.stderr.write(
          `${name}:\t${((1 - (unpack ? bytes.length / Math.max(1, made.length) : made.length / Math.max(1, bytes.length))) * 100).toFixed(1).padStart(5)}% -- ${o.has('k') ? 'created' : 'replaced with'} ${target}\n`,
        )
    } catch (error) {
      await warn(`${name}: ${reasonOf(error)}`)
    }
    await t.call.spend(10)
  }
  return t.status
})

/** Undefined where it is no gzip data. */
export async function gunzip(bytes: Uint8Array): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const stream = createGunzip()
    const parts: Buffer[] = []
    let length = 0
    stream.on('data', (part: Buffer) => {
      length += part.length
      if (length > maxUnpackedBytes) {
        stream.destroy()
        resolve(undefined)
      } else parts.push(part)
    })
    stream.on('end', () => resolve(Buffer.concat(parts)))
    stream.on('error', () => resolve(undefined))
    stream.end(bytes)
  })
}

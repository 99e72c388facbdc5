import type { Input } from '../common/contracts.ts'
import { bytesOf, latin1 } from '../common/lines.ts'
import { options } from '../common/options.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { parseSize } from '../files/sizes.ts'

const maxHeldBytes = 16 * 1024 * 1024

export const tail = tool('tail', async (t: Tool) => {
  // `tail +5` and `-5f` are of old.
  const args = t.args.map((arg, i) =>
    i === 0 && /^\+\d+$/.test(arg) ? `-n${arg}` : /^-\d+f$/.test(arg) && i === 0 ? '-f' : arg,
  )
  const oldF = /^-(\d+)f$/.exec(t.args[0] ?? '')
  const o = options(
    t,
    'c:fFn:qs:vz0123456789',
    'bytes:=c follow?=f lines:=n max-unchanged-stats: pid: quiet=q retry silent=q sleep-interval:=s verbose=v zero-terminated=z',
    { args, digits: true },
  )
  if (o.has('version'))
    return versionOf(t, 'coreutils', 'Paul Rubin, David MacKenzie, Ian Lance Taylor,\nand Jim Meyering')
  const last = o.list.findLast(([k]) => k === 'c' || k === 'n' || k === '#')
  const byBytes = last?.[0] === 'c'
  const text = last?.[1] ?? oldF?.[1] ?? '10'
  const from = text.startsWith('+')
  const number = parseSize(text.replace(/^[-+]/, ''))
  if (number === undefined)
    t.fail(
      t.busybox
        ? `invalid number '${text}'`
        : `invalid number of ${byBytes ? 'bytes' : 'lines'}: ${t.quoted(text.replace(/^[-+]/, ''))}`,
    )
  const end = o.has('z') ? '\0' : '\n'
  const names = o.operands.length === 0 ? ['-'] : [...o.operands]
  const titles = o.has('v') || (!o.has('q') && names.length > 1)
  let first = true
  for (const name of names) {
    try {
      const input = t.input(name)
      try {
        if (titles) t.put(`${first ? '' : '\n'}==> ${name === '-' ? 'standard input' : name} <==\n`)
        first = false
        if (from) await after(t, input, number, byBytes, end)
        else await lastOf(t, input, number, byBytes, end)
      } finally {
        input.close?.()
      }
    } catch (error) {
      const folder = reasonOf(error) === 'Is a directory'
      if (folder && titles && !t.busybox) t.put(`${first ? '' : '\n'}==> ${name} <==\n`)
      if (folder) first = false
      if (t.busybox)
        await t.error(folder ? 'read error: Is a directory' : `can't open '${name}': ${reasonOf(error)}`)
      else
        await t.error(
          folder
            ? `error reading ${t.always(name)}: ${reasonOf(error)}`
            : `cannot open ${t.always(name)} for reading: ${reasonOf(error)}`,
        )
    }
  }
  const followed = names.filter((name) => name !== '-' && t.files.exists(t.call.path(name)))
  if (o.has('f', 'F')) {
    if (followed.length === 0 && names.every((name) => name !== '-')) {
      await t.error('no files remaining')
      return 1
    }
    await follow(t, followed, titles)
  }
  return t.status
})

async function lastOf(t: Tool, input: Input, number: number, byBytes: boolean, end: string): Promise<void> {
  let held: string[] = []
  let length = 0
  const trim = (): void => {
    let text = held.join('')
    if (byBytes) text = number === 0 ? '' : text.slice(-number)
    else if (number === 0) text = ''
    else {
      let at = text.endsWith(end) ? text.length - 1 : text.length
      let found = true
      for (let i = 0; i < number; i++) {
        at = at <= 0 ? -1 : text.lastIndexOf(end, at - 1)
        if (at < 0) {
          found = false
          break
        }
      }
      if (found) text = text.slice(at + 1)
    }
    held = [text]
    length = text.length
  }
  let limit = 1024 * 1024
  for (;;) {
    const bytes = await input.read()
    if (bytes === undefined) break
    held.push(latin1(bytes))
    length += bytes.length
    if (length > limit) {
      trim()
      if (length > maxHeldBytes) throw new Exit(1, `${t.name}: memory exhausted\n`)
      limit = Math.max(1024 * 1024, length * 2)
    }
  }
  trim()
  await t.write(bytesOf(held[0] ?? ''))
}

async function after(t: Tool, input: Input, number: number, byBytes: boolean, end: string): Promise<void> {
  let left = Math.max(0, number - 1)
  const code = end.charCodeAt(0)
  for (;;) {
    const bytes = await input.read()
    if (bytes === undefined) return
    if (byBytes) {
      await t.write(bytes.subarray(Math.min(left, bytes.length)))
      left = Math.max(0, left - bytes.length)
      continue
    }
    let at = 0
    while (left > 0) {
      const next = bytes.indexOf(code, at)
      if (next < 0) {
        at = bytes.length
        break
      }
      at = next + 1
      left--
    }
    if (at < bytes.length) await t.write(bytes.subarray(at))
  }
}

/** Until it is interrupted. */
async function follow(t: Tool, names: readonly string[], titles: boolean): Promise<void> {
  const sizes = new Map(names.map((name) => [name, t.files.stat(t.call.path(name)).size]))
  let current = names.at(-1)
  await t.flush()
  for (;;) {
    await t.call.sleep(1000)
    for (const name of names) {
      const path = t.call.path(name)
      if (!t.files.exists(path)) continue
      const { size } = t.files.stat(path)
      let known = sizes.get(name)!
      if (size < known) {
        await t.call.stderr.write(`${t.name}: ${name}: file truncated\n`)
        known = 0
      }
      sizes.set(name, size)
      if (size === known) continue
      const file = t.files.open(path, { read: true })
      try {
        file.seek(known)
        if (titles && current !== name) t.put(`\n==> ${name} <==\n`)
        current = name
        for (let left = size - known; left > 0;) {
          const bytes = file.read(Math.min(left, 65536))
          if (bytes.length === 0) break
          left -= bytes.length
          await t.write(bytes)
        }
      } finally {
        file.close()
      }
    }
    await t.flush()
  }
}

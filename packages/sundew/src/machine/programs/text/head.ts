import { options } from '../common/options.ts'
import { bytesOf, latin1 } from '../common/lines.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { parseSize } from '../files/sizes.ts'

/** What `head -n -K` holds back. */
const maxHeldBytes = 16 * 1024 * 1024

export const head = tool('head', async (t: Tool) => {
  const o = options(
    t,
    'c:n:qvz0123456789',
    'bytes:=c lines:=n quiet=q silent=q verbose=v zero-terminated=z',
    { digits: true },
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'David MacKenzie and Jim Meyering')
  const last = o.list.findLast(([k]) => k === 'c' || k === 'n' || k === '#')
  const byBytes = last?.[0] === 'c'
  const text = last?.[1] ?? '10'
  const backwards = text.startsWith('-')
  const number = parseSize(text.replace(/^[-+]/, ''))
  if (number === undefined)
    t.fail(
      t.busybox
        ? `invalid number '${text}'`
        : `invalid number of ${byBytes ? 'bytes' : 'lines'}: ${t.quoted(text.replace(/^-/, ''))}`,
    )
  const end = o.has('z') ? '\0' : '\n'
  const titles = o.has('v') || (!o.has('q') && o.operands.length > 1)
  let first = true
  for (const name of o.operands.length === 0 ? ['-'] : o.operands) {
    try {
      const input = t.input(name)
      try {
        if (titles) t.put(`${first ? '' : '\n'}==> ${name === '-' ? 'standard input' : name} <==\n`)
        first = false
        if (backwards) await allButLast(t, input, number, byBytes, end)
        else await firstOf(t, input, number, byBytes, end)
      } finally {
        input.close?.()
      }
    } catch (error) {
      const folder = reasonOf(error) === 'Is a directory'
      if (folder && !t.busybox && titles) t.put(`${first ? '' : '\n'}==> ${name} <==\n`)
      if (folder) first = false
      if (t.busybox) await t.error(folder ? 'read error: Is a directory' : `${name}: ${reasonOf(error)}`)
      else if (folder) await t.error(`error reading ${t.always(name)}: ${reasonOf(error)}`)
      else await t.error(`cannot open ${t.always(name)} for reading: ${reasonOf(error)}`)
    }
  }
  return t.status
})

async function firstOf(
  t: Tool,
  input: ReturnType<Tool['input']>,
  number: number,
  byBytes: boolean,
  end: string,
): Promise<void> {
  let left = number
  const code = end.charCodeAt(0)
  while (left > 0) {
    const bytes = await input.read(byBytes ? Math.min(left, 65536) : undefined)
    if (bytes === undefined) return
    if (byBytes) {
      const some = bytes.subarray(0, left)
      left -= some.length
      await t.write(some)
      continue
    }
    let at = -1
    while (left > 0) {
      const next = bytes.indexOf(code, at + 1)
      if (next < 0) break
      at = next
      left--
    }
    await t.write(left > 0 ? bytes : bytes.subarray(0, at + 1))
  }
}

async function allButLast(
  t: Tool,
  input: ReturnType<Tool['input']>,
  number: number,
  byBytes: boolean,
  end: string,
): Promise<void> {
  let held = ''
  for (;;) {
    const bytes = await input.read()
    if (bytes !== undefined) held += latin1(bytes)
    if (held.length > maxHeldBytes) throw new Exit(1, `${t.name}: memory exhausted\n`)
    let cut = -1
    if (byBytes) cut = held.length - number
    else {
      let at = held.length
      if (bytes === undefined && held !== '' && !held.endsWith(end) && number > 0) {
        at = held.lastIndexOf(end)
        for (let i = 1; i < number && at > 0; i++) at = held.lastIndexOf(end, at - 1)
        cut = at + 1
      } else {
        at = held.length - 1
        if (!held.endsWith(end)) at = held.lastIndexOf(end)
        for (let i = 0; i < number && at >= 0; i++) at = at === 0 ? -1 : held.lastIndexOf(end, at - 1)
        cut = at + 1
        if (number === 0) cut = bytes === undefined ? held.length : cut
      }
    }
    if (cut > 0) {
      await t.write(bytesOf(held.slice(0, cut)))
      held = held.slice(cut)
    }
    if (bytes === undefined) return
  }
}

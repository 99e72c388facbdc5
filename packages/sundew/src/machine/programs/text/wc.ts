import { options } from '../common/options.ts'
import { reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'

export const wc = tool('wc', async (t: Tool) => {
  const o = options(t, 'clLmw', 'bytes=c chars=m lines=l words=w files0-from: max-line-length=L')
  if (o.has('version')) return versionOf(t, 'coreutils', 'Paul Rubin and David MacKenzie')
  const every = !o.has('c', 'l', 'L', 'm', 'w')
  const names = o.operands.length === 0 ? ['-'] : o.operands
  const rows: { name: string; counts: number[]; known: boolean }[] = []
  const total = [0, 0, 0, 0, 0]
  let width = 1
  if (names.length > 1 || every || 'lwmcL'.split('').filter((k) => o.has(k)).length > 1) {
    // The widest number is guessed from the sizes before anything is read.
    let size = 0
    let odd = false
    for (const name of names)
      try {
        const path = t.call.path(name)
        const stat = name === '-' ? undefined : t.files.stat(path)
        if (stat === undefined || stat.type !== 'file') odd = stat !== undefined || name === '-' ? true : odd
        else size += stat.size
      } catch {
        continue
      }
    width = Math.max(String(size).length, odd ? 7 : 1)
    if (names.length === 1 && !every && 'lwmcL'.split('').filter((k) => o.has(k)).length === 1) width = 1
  }
  if (t.busybox) width = every || names.length > 1 ? 9 : 1
  for (const name of names) {
    const counts = [0, 0, 0, 0, 0]
    let known = true
    try {
      const input = t.input(name)
      try {
        await count(t, input, counts, o.has('m') && t.utf8)
      } finally {
        input.close?.()
      }
    } catch (error) {
      const folder = reasonOf(error) === 'Is a directory'
      if (t.busybox) await t.error(folder ? 'read error: Is a directory' : `${name}: ${reasonOf(error)}`)
      else await t.error(`${t.named(name)}: ${reasonOf(error)}`)
      known = folder
    }
    if (known) rows.push({ name: o.operands.length === 0 ? '' : name, counts, known })
    for (let i = 0; i < 4; i++) total[i]! += counts[i]!
    total[4] = Math.max(total[4]!, counts[4]!)
  }
  if (names.length > 1) rows.push({ name: 'total', counts: total, known: true })
  const keys = ['l', 'w', 'm', 'c', 'L']
  for (const { name, counts } of rows) {
    const shown = counts
      .filter((_, i) => (every ? i === 0 || i === 1 || i === 3 : o.has(keys[i]!)))
      .map((n) => String(n).padStart(width))
    t.put(`${shown.join(' ')}${name === '' ? '' : ` ${name}`}\n`)
  }
  return t.status
})

/** Lines, words, characters, bytes, the longest line. */
async function count(
  t: Tool,
  input: ReturnType<Tool['input']>,
  counts: number[],
  utf8: boolean,
): Promise<void> {
  let inWord = false
  let column = 0
  for (;;) {
    const bytes = await input.read()
    if (bytes === undefined) break
    counts[3]! += bytes.length
    for (const b of bytes) {
      if (!utf8 || (b & 0xc0) !== 0x80) counts[2]!++
      if (b === 10) {
        counts[0]!++
        column = 0
        inWord = false
      } else if (b === 32 || (b >= 9 && b <= 13)) {
        inWord = false
        if (b === 9) column = (column | 7) + 1
        else if (b === 32) column++
        else if (b === 13 || b === 12) column = 0
      } else {
        const printable = b >= 33 && b !== 127 && (b < 127 || utf8)
        if (printable && (b & 0xc0) !== 0x80) column++
        if (!inWord && (printable || b >= 0x80 ? printable : false)) {
          counts[1]!++
          inWord = true
        }
      }
      if (column > counts[4]!) counts[4] = column
    }
  }
  await t.room()
}

import { lineBatches } from '../common/lines.ts'
import { options } from '../common/options.ts'
import { reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'

/** More than this is not held. */
const maxHeldBytes = 32 * 1024 * 1024

interface Key {
  readonly from: number
  readonly fromChar: number
  readonly to: number
  readonly toChar: number
  readonly flags: string
}

export const sort = tool('sort', async (t: Tool) => {
  const o = options(
    t,
    '-bcCdfghik:mMno:rRsS:t:T:uVy:z',
    'ignore-leading-blanks=b check?=c compress-program: debug dictionary-order=d ignore-case=f files0-from: general-numeric-sort=g ignore-nonprinting=i key:=k merge=m month-sort=M numeric-sort=n human-numeric-sort=h version-sort=V random-sort=R random-source: sort: output:=o reverse=r stable=s batch-size: buffer-size:=S field-separator:=t temporary-directory:=T unique=u zero-terminated=z parallel:',
    { status: 2 },
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'Mike Haertel and Paul Eggert')
  let global = ''
  const keys: Key[] = []
  for (const [key, value] of o.list) {
    if (key === 'k') {
      const match = /^(\d+)(?:\.(\d+))?([bdfghiMnRrV]*)(?:,(\d+)(?:\.(\d+))?([bdfghiMnRrV]*))?$/.exec(value)
      if (match === null)
        t.fail(
          /^\d/.test(value)
            ? `stray character in field spec: invalid field specification ${t.quoted(value)}`
            : `invalid number at field start: invalid count at start of ${t.quoted(value)}`,
          2,
        )
      if (match[1] === '0')
        t.fail(
          `-: invalid field specification ${t.quoted(value)}`.replace('-: ', 'field number is zero: '),
          2,
        )
      keys.push({
        from: Number(match[1]),
        fromChar: Number(match[2] ?? 1),
        to: Number(match[4] ?? Infinity),
        toChar: Number(match[5] ?? 0),
        flags: match[3]! + (match[6] ?? ''),
      })
    } else if (/^[bdfghiMnRrV]$/.test(key)) global += key
    else if (key === 'sort')
      global +=
        { 'general-numeric': 'g', 'human-numeric': 'h', month: 'M', numeric: 'n', random: 'R', version: 'V' }[
          value
        ] ?? ''
  }
  let separator = o.value('t')
  if (separator === '\\0') separator = '\0'
  if (separator !== undefined && separator.length > 1) t.fail(`multi-character tab ${t.quoted(separator)}`, 2)
  if (separator === '') t.fail('empty tab', 2)
  const end = o.has('z') ? '\0' : '\n'
  const lines: string[] = []
  let held = 0
  for (const name of o.operands.length === 0 ? ['-'] : o.operands)
    try {
      const input = t.input(name)
      for await (const batch of lineBatches(t, input, end)) {
        for (const line of batch.lines) {
          lines.push(line)
          held += line.length + 16
        }
        if (held > maxHeldBytes) t.fail('memory exhausted', 2)
      }
      input.close?.()
    } catch (error) {
      const folder = reasonOf(error) === 'Is a directory'
      if (t.busybox) t.fail(folder ? 'read error: Is a directory' : `${name}: ${reasonOf(error)}`, 2)
      t.fail(
        folder
          ? `read failed: ${t.named(name)}: Is a directory`
          : `cannot read: ${t.named(name)}: ${reasonOf(error)}`,
        2,
      )
    }
  const reverse = global.includes('r')
  const rules: readonly Key[] =
    keys.length > 0
      ? keys.map((k) => (/^b*$/.test(k.flags) && global !== '' ? { ...k, flags: k.flags + global } : k))
      : [{ from: 0, fromChar: 0, to: 0, toChar: 0, flags: global }]
  const plain = keys.length === 0 && /^[r]*$/.test(global)
  const unique = o.has('u')
  const compareKeys = (a: Row, b: Row): number => {
    for (const [i, rule] of rules.entries()) {
      const result = compare(a.keys[i]!, b.keys[i]!, rule.flags)
      if (result !== 0) return rule.flags.includes('r') ? -result : result
    }
    return 0
  }
  const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  const rows: Row[] = []
  for (const [i, line] of lines.entries()) {
    rows.push({
      line,
      keys: plain ? [line] : rules.map((rule) => prepared(part(line, rule, separator), rule.flags)),
    })
    if ((i & 1023) === 0) await t.call.spend()
  }
  const order = (a: Row, b: Row): number => {
    const result = plain ? (reverse ? byBytes(b.line, a.line) : byBytes(a.line, b.line)) : compareKeys(a, b)
    if (result !== 0 || unique || o.has('s') || plain) return result
    return reverse ? byBytes(b.line, a.line) : byBytes(a.line, b.line)
  }
  if (o.has('c', 'C')) {
    for (let i = 1; i < rows.length; i++) {
      const result = order(rows[i - 1]!, rows[i]!)
      if (result > 0 || (unique && result === 0)) {
        if (o.has('c'))
          await t.call.stderr.write(
            `${t.name}: ${o.operands[0] ?? '-'}:${i + 1}: disorder: ${rows[i]!.line}\n`,
          )
        return 1
      }
    }
    return 0
  }
  await t.call.spend(Math.ceil((rows.length * Math.log2(rows.length + 2)) / 2000))
  rows.sort(order)
  const file = o.value('o')
  let out: ReturnType<Tool['output']> | undefined
  if (file !== undefined)
    try {
      out = t.output(file)
    } catch (error) {
      t.fail(`open failed: ${t.named(file)}: ${reasonOf(error)}`, 2)
    }
  let block = ''
  let last: Row | undefined
  for (const row of rows) {
    if (unique && last !== undefined && (plain ? last.line === row.line : compareKeys(last, row) === 0))
      continue
    last = row
    block += row.line + end
    if (block.length > 32_768) {
      await (out ?? t).write(block)
      block = ''
      await t.call.spend()
    }
  }
  if (block !== '') await (out ?? t).write(block)
  out?.close()
  return t.status
})

interface Row {
  readonly line: string
  readonly keys: readonly (string | number)[]
}

/** The text of a key. */
function part(line: string, key: Key, separator: string | undefined): string {
  if (key.from === 0) return line
  const starts: number[] = []
  const ends: number[] = []
  if (separator !== undefined) {
    let at = 0
    for (;;) {
      const next = line.indexOf(separator, at)
      starts.push(at)
      ends.push(next < 0 ? line.length : next)
      if (next < 0) break
      at = next + 1
    }
  } else
    for (const match of line.matchAll(/[ \t\n]*[^ \t\n]+|[ \t\n]+$/g)) {
      starts.push(match.index)
      ends.push(match.index + match[0].length)
    }
  const skip = (at: number): number => {
    while (key.flags.includes('b') && /[ \t]/.test(line[at] ?? '')) at++
    return at
  }
  const start = starts[key.from - 1]
  if (start === undefined) return ''
  const from = skip(start) + key.fromChar - 1
  let to = line.length
  if (key.to !== Infinity) {
    const last = key.to - 1
    to = ends[last] ?? line.length
    if (key.toChar > 0 && starts[last] !== undefined)
      to = Math.min(skip(starts[last]) + key.toChar, ends[last]!)
  }
  return line.slice(from, Math.max(from, to))
}

function prepared(text: string, flags: string): string | number {
  if (flags.includes('n') || flags.includes('g') || flags.includes('h')) {
    const match = (
      flags.includes('g')
        ? /^\s*[-+]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/
        : /^\s*-?(?:\d+\.?\d*|\.\d+)/
    ).exec(text)
    let value = match === null ? (flags.includes('g') ? -Infinity : 0) : Number(match[0])
    if (flags.includes('h') && match !== null) {
      const power = 'KMGTPEZY'.indexOf((text[match[0].length] ?? '?').replace('k', 'K'))
      value = value === 0 ? 0 : Math.sign(value) * (1 + power) * 1e30 + value
    }
    return value
  }
  if (flags.includes('M'))
    return ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'].indexOf(
      text.trim().slice(0, 3).toUpperCase(),
    )
  let out = flags.includes('b') ? text.replace(/^[ \t]+/, '') : text
  if (flags.includes('d')) out = out.replace(/[^0-9A-Za-z \t]/g, '')
  if (flags.includes('i')) out = out.replace(/[^ -~]/g, '')
  if (flags.includes('f')) out = out.replace(/[a-z]/g, (c) => c.toUpperCase())
  return out
}

function compare(a: string | number, b: string | number, flags: string): number {
  if (flags.includes('V') && typeof a === 'string' && typeof b === 'string') return byVersion(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}

function byVersion(a: string, b: string): number {
  const x = a.match(/\d+|\D+/g) ?? []
  const y = b.match(/\d+|\D+/g) ?? []
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const p = x[i] ?? ''
    const q = y[i] ?? ''
    if (p === q) continue
    if (/^\d/.test(p) && /^\d/.test(q) && Number(p) !== Number(q)) return Number(p) - Number(q)
    return p < q ? -1 : 1
  }
  return 0
}

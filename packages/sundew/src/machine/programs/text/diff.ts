import { latin1 } from '../common/lines.ts'
import { options } from '../common/options.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'

/** Lines of both files together that are compared by the table of common ones. */
const maxCells = 16_000_000

/** `diff`, the plain and the unified form. */
export const diff = tool('diff', async (t: Tool) => {
  const o = options(
    t,
    'abBcC:dilnNpqrsTtuU:wW:yE',
    'brief=q report-identical-files=s unified?=u recursive=r ignore-case=i ignore-all-space=w ignore-space-change=b ignore-blank-lines=B new-file=N text=a side-by-side=y color? context?=c',
    { status: 2 },
  )
  if (o.operands.length < 2)
    throw new Exit(
      2,
      `${t.name}: missing operand after ${t.quoted(o.operands[0] ?? t.name)}\n${t.name}: Try '${t.name} --help' for more information.\n`,
    )
  if (o.operands.length > 2)
    throw new Exit(
      2,
      `${t.name}: extra operand ${t.quoted(o.operands[2]!)}\n${t.name}: Try '${t.name} --help' for more information.\n`,
    )
  const [first, second] = o.operands as [string, string]
  const texts: (string | undefined)[] = []
  for (const name of [first, second])
    try {
      const input = t.input(name)
      const parts: string[] = []
      for (;;) {
        const bytes = await input.read()
        if (bytes === undefined) break
        parts.push(latin1(bytes))
        if (parts.length > 512) t.fail('memory exhausted', 2)
      }
      texts.push(parts.join(''))
    } catch (error) {
      if (error instanceof Exit) throw error
      await t.error(`${t.named(name)}: ${reasonOf(error)}`, 2)
      texts.push(undefined)
    }
  const [left, right] = texts
  if (left === undefined || right === undefined) return 2
  if (left === right) {
    if (o.has('s')) t.put(`Files ${first} and ${second} are identical\n`)
    return 0
  }
  if (o.has('q') || ((left.includes('\0') || right.includes('\0')) && !o.has('a'))) {
    t.put(
      o.has('q') ? `Files ${first} and ${second} differ\n` : `Binary files ${first} and ${second} differ\n`,
    )
    return o.has('q') ? 1 : 2
  }
  const a = lines(left)
  const b = lines(right)
  if (a.length * b.length > maxCells) t.fail('memory exhausted', 2)
  const same = (x: string, y: string): boolean =>
    o.has('w')
      ? x.replace(/\s/g, '') === y.replace(/\s/g, '')
      : o.has('i')
        ? x.toLowerCase() === y.toLowerCase()
        : x === y
  await t.call.spend(1 + (a.length * b.length) / 100_000)
  const changes = changesOf(a, b, same)
  const put = (sign: string, line: string): void => {
    t.put(line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`)
  }
  if (o.has('u', 'U')) {
    const around = Number(o.value('U') ?? (o.value('u') || 3)) || 3
    const stamp = (name: string): string =>
      name === '-'
        ? ''
        : `\t${new Date(t.files.stat(t.call.path(name)).mtimeMs).toISOString().replace('T', ' ').replace('Z', '000000 +0000')}`
    t.put(`--- ${first}${stamp(first)}\n+++ ${second}${stamp(second)}\n`)
    for (let i = 0; i < changes.length;) {
      let j = i
      while (j + 1 < changes.length && changes[j + 1]!.a0 - changes[j]!.a1 <= 2 * around) j++
      const from = Math.max(0, changes[i]!.a0 - around)
      const to = Math.min(a.length, changes[j]!.a1 + around)
      const fromB = Math.max(0, changes[i]!.b0 - around)
      const toB = Math.min(b.length, changes[j]!.b1 + around)
      const range = (start: number, end: number): string =>
        end - start === 1 ? `${start + 1}` : `${end === start ? start : start + 1},${end - start}`
      t.put(`@@ -${range(from, to)} +${range(fromB, toB)} @@\n`)
      let at = from
      for (const change of changes.slice(i, j + 1)) {
        for (; at < change.a0; at++) put(' ', a[at]!)
        for (; at < change.a1; at++) put('-', a[at]!)
        for (let k = change.b0; k < change.b1; k++) put('+', b[k]!)
      }
      for (; at < to; at++) put(' ', a[at]!)
      i = j + 1
    }
    return 1
  }
  for (const { a0, a1, b0, b1 } of changes) {
    const range = (start: number, end: number): string =>
      end - start > 1 ? `${start + 1},${end}` : `${Math.max(end, start)}`
    t.put(`${range(a0, a1)}${a0 === a1 ? 'a' : b0 === b1 ? 'd' : 'c'}${range(b0, b1)}\n`)
    for (let i = a0; i < a1; i++) put('< ', a[i]!)
    if (a0 !== a1 && b0 !== b1) t.put('---\n')
    for (let i = b0; i < b1; i++) put('> ', b[i]!)
  }
  return 1
})

function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

interface Change {
  readonly a0: number
  readonly a1: number
  readonly b0: number
  readonly b1: number
}

/** By the longest sequence of common lines. */
function changesOf(
  a: readonly string[],
  b: readonly string[],
  same: (x: string, y: string) => boolean,
): Change[] {
  const width = b.length + 1
  const table = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * width + j] = same(a[i]!, b[j]!)
        ? table[(i + 1) * width + j + 1]! + 1
        : Math.max(table[(i + 1) * width + j]!, table[i * width + j + 1]!)
  const changes: Change[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && same(a[i]!, b[j]!)) {
      i++
      j++
      continue
    }
    const a0 = i
    const b0 = j
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && same(a[i]!, b[j]!))) {
      if (j >= b.length || (i < a.length && table[(i + 1) * width + j]! >= table[i * width + j + 1]!)) i++
      else j++
    }
    changes.push({ a0, a1: i, b0, b1: j })
  }
  return changes
}

export const cmp = tool('cmp', async (t: Tool) => {
  const o = options(t, 'bi:ln:s', 'quiet=s silent=s verbose=l bytes:=n', { status: 2 })
  const [first, second = '-'] = o.operands
  if (first === undefined) t.usage(`missing operand after ${t.quoted('cmp')}`, 2)
  const read = (name: string): ReturnType<Tool['input']> => {
    try {
      return t.input(name)
    } catch (error) {
      if (o.has('s')) throw new Exit(2)
      return t.fail(`${t.named(name)}: ${reasonOf(error)}`, 2)
    }
  }
  const inputs = [read(first), read(second)] as const
  const held: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)]
  let at = 0
  let line = 1
  for (;;) {
    for (const k of [0, 1] as const)
      if (held[k].length === 0) {
        const more = await inputs[k].read()
        if (more !== undefined) held[k] = Uint8Array.from(more)
      }
    const n = Math.min(held[0].length, held[1].length)
    for (let i = 0; i < n; i++) {
      if (held[0][i] !== held[1][i]) {
        if (!o.has('s')) t.put(`${first} ${second} differ: char ${at + i + 1}, line ${line}\n`)
        return 1
      }
      if (held[0][i] === 10) line++
    }
    at += n
    if (n === 0) {
      if (held[0].length === held[1].length) return 0
      if (!o.has('s'))
        await t.call.stderr.write(
          `${t.name}: EOF on ${held[0].length === 0 ? first : second}${at === 0 ? ' which is empty' : ` after byte ${at}, line ${line - 1}`}\n`,
        )
      return 1
    }
    held[0] = held[0].subarray(n)
    held[1] = held[1].subarray(n)
  }
})

import { options } from '../common/options.ts'
import { tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'

export const tr = tool('tr', async (t: Tool) => {
  const o = options(t, '+cCdst', 'complement=c delete=d squeeze-repeats=s truncate-set1=t', { stop: true })
  if (o.has('version')) return versionOf(t, 'coreutils', 'Jim Meyering')
  const [first, second, extra] = o.operands
  const deletes = o.has('d')
  const squeezes = o.has('s')
  if (first === undefined) t.missingOperand()
  if (second === undefined && ((!deletes && !squeezes) || (deletes && squeezes)))
    t.usage(
      `missing operand after ${t.quoted(first)}\n${deletes && squeezes ? 'Two strings must be given when both deleting and squeezing repeats.' : 'Two strings must be given when translating.'}`,
    )
  if (deletes && !squeezes && second !== undefined)
    t.usage(
      `extra operand ${t.quoted(second)}\nOnly one string may be given when deleting without squeezing repeats.`,
    )
  if (extra !== undefined) t.usage(`extra operand ${t.quoted(extra)}`)
  let set1 = expand(t, first, undefined)
  if (o.has('c', 'C')) {
    const chosen = new Set(set1)
    set1 = Array.from({ length: 256 }, (_, i) => i).filter((b) => !chosen.has(b))
  }
  const set2 = second === undefined ? undefined : expand(t, second, set1.length)
  const map = new Uint8Array(256).map((_, i) => i)
  const drop = new Uint8Array(256)
  const squeeze = new Uint8Array(256)
  if (deletes) for (const b of set1) drop[b] = 1
  else if (set2 !== undefined) {
    if (set2.length === 0 && !o.has('t')) t.fail('when not truncating set1, string2 must be non-empty')
    for (const [i, b] of set1.entries()) {
      if (i >= set2.length && o.has('t')) break
      map[b] = set2[Math.min(i, set2.length - 1)]!
    }
  }
  if (squeezes) for (const b of set2 ?? set1) squeeze[b] = 1
  const input = t.stdin()
  let last = -1
  for (;;) {
    const bytes = await input.read()
    if (bytes === undefined) break
    const out = Buffer.allocUnsafe(bytes.length)
    let n = 0
    for (const byte of bytes) {
      if (drop[byte] === 1) continue
      const b = map[byte]!
      if (b === last && squeeze[b] === 1) continue
      last = b
      out[n++] = b
    }
    await t.write(out.subarray(0, n))
  }
})

const classes: Record<string, (b: number) => boolean> = {
  alpha: (b) => (b > 64 && b < 91) || (b > 96 && b < 123),
  digit: (b) => b > 47 && b < 58,
  alnum: (b) => (b > 64 && b < 91) || (b > 96 && b < 123) || (b > 47 && b < 58),
  upper: (b) => b > 64 && b < 91,
  lower: (b) => b > 96 && b < 123,
  space: (b) => b === 32 || (b > 8 && b < 14),
  blank: (b) => b === 32 || b === 9,
  punct: (b) => b > 32 && b < 127 && !((b > 64 && b < 91) || (b > 96 && b < 123) || (b > 47 && b < 58)),
  print: (b) => b > 31 && b < 127,
  graph: (b) => b > 32 && b < 127,
  cntrl: (b) => b < 32 || b === 127,
  xdigit: (b) => (b > 47 && b < 58) || (b > 64 && b < 71) || (b > 96 && b < 103),
}

/** The bytes of a set. `fill`: how many `[x*]` fills up to. */
function expand(t: Tool, text: string, fill: number | undefined): number[] {
  const out: number[] = []
  let i = 0
  const one = (): number => {
    const c = text[i++]!
    if (c !== '\\' || i >= text.length) return c.charCodeAt(0)
    const octal = /^[0-7]{1,3}/.exec(text.slice(i))?.[0]
    if (octal !== undefined) {
      i += octal.length
      return Number.parseInt(octal, 8) & 255
    }
    const next = text[i++]!
    return { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 }[next] ?? next.charCodeAt(0)
  }
  while (i < text.length) {
    const named = /^\[:(\w*):\]/.exec(text.slice(i, i + 16))
    if (named !== null) {
      const test = classes[named[1]!]
      if (test === undefined) t.fail(`invalid character class ${t.quoted(named[1]!)}`)
      for (let b = 0; b < 256; b++) if (test(b)) out.push(b)
      i += named[0].length
      continue
    }
    const repeat = /^\[(\\?.)\*(0?\d*)\]/s.exec(text.slice(i, i + 24))
    if (repeat !== null && fill !== undefined) {
      i++
      const b = one()
      i += repeat[0].length - 1 - repeat[1]!.length
      const n =
        repeat[2] === '' || Number(repeat[2]) === 0
          ? fill - out.length
          : Number.parseInt(repeat[2]!, repeat[2]!.startsWith('0') ? 8 : 10)
      for (let k = 0; k < Math.min(n, 256); k++) out.push(b)
      continue
    }
    const equal = /^\[=(.)=\]/s.exec(text.slice(i, i + 5))
    if (equal !== null) {
      out.push(equal[1]!.charCodeAt(0))
      i += 5
      continue
    }
    const start = i
    const low = one()
    if (text[i] === '-' && i + 1 < text.length) {
      i++
      const high = one()
      if (high < low)
        t.fail(
          `range-endpoints of ${t.quoted(text.slice(start, i))} are in reverse collating sequence order`.replace(
            /'(.*)'/s,
            `'$1'`,
          ),
        )
      for (let b = low; b <= high; b++) out.push(b)
    } else out.push(low)
  }
  return out
}

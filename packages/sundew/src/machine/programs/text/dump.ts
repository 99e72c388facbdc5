import { options } from '../common/options.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'

/** Rows of 16 bytes of some files, one after the other. */
async function* rows(
  t: Tool,
  names: readonly string[],
  width: number,
  skip: number,
  most: number,
  missing: (name: string, why: string) => string,
): AsyncGenerator<{ at: number; bytes: Uint8Array }> {
  let held: Uint8Array = new Uint8Array(0)
  let at = 0
  let toSkip = skip
  let left = most
  for (const name of names) {
    let input: ReturnType<Tool['input']>
    try {
      input = t.input(name)
    } catch (error) {
      await t.call.stderr.write(missing(name, reasonOf(error)))
      t.status = 1
      continue
    }
    while (left > 0) {
      let bytes = await input.read()
      if (bytes === undefined) break
      if (toSkip > 0) {
        const some = Math.min(toSkip, bytes.length)
        toSkip -= some
        at += some
        bytes = bytes.subarray(some)
      }
      bytes = bytes.subarray(0, left)
      left -= bytes.length
      const all = held.length === 0 ? Uint8Array.from(bytes) : Buffer.concat([held, bytes])
      let i = 0
      for (; i + width <= all.length; i += width) {
        yield { at, bytes: all.subarray(i, i + width) }
        at += width
      }
      held = all.subarray(i)
      await t.room()
    }
    input.close?.()
  }
  if (held.length > 0) {
    yield { at, bytes: held }
    at += held.length
  }
  yield { at, bytes: new Uint8Array(0) }
}

function hex(n: number, digits: number): string {
  return n.toString(16).padStart(digits, '0')
}

function dots(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^ -~]/g, '.')
}

const number = (text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise
  const n = Number(text.replace(/k$/i, '')) * (/k$/i.test(text) ? 1024 : 1)
  return Number.isFinite(n) && n >= 0 ? n : otherwise
}

/** `hexdump` and `hd`: the plain way and -C. */
export const hexdump = tool(['hexdump', 'hd'], async (t: Tool) => {
  const o = options(t, 'bcCde:f:n:os:vx', 'canonical=C length:=n skip:=s no-squeezing=v')
  const canonical = o.has('C') || t.call.name === 'hd'
  const names = o.operands.length === 0 ? ['-'] : o.operands
  let last = ''
  let starred = false
  let any = false
  for await (const { at, bytes } of rows(
    t,
    names,
    16,
    number(o.value('s'), 0),
    number(o.value('n'), Infinity),
    (n, why) => `${t.name}: ${n}: ${why}\n`,
  )) {
    if (bytes.length === 0) {
      if (t.status !== 0 && !any) await t.call.stderr.write(`${t.name}: all input file arguments failed\n`)
      if (any) t.put(canonical ? `${hex(at, 8)}\n` : `${hex(at, 7)}\n`)
      break
    }
    any = true
    const key = Buffer.from(bytes).toString('latin1')
    if (key === last && bytes.length === 16 && !o.has('v')) {
      if (!starred) t.put('*\n')
      starred = true
      continue
    }
    last = key
    starred = false
    if (canonical) {
      let line = hex(at, 8)
      for (let i = 0; i < 16; i++)
        line += `${i % 8 === 0 ? '  ' : ' '}${i < bytes.length ? hex(bytes[i]!, 2) : '  '}`
      t.put(`${line}  |${dots(bytes)}|\n`)
    } else {
      let line = hex(at, 7)
      for (let i = 0; i < 16; i += 2)
        line += i < bytes.length ? ` ${hex(bytes[i]! | ((bytes[i + 1] ?? 0) << 8), 4)}` : '     '
      t.put(`${line}\n`)
    }
  }
  return t.status
})

export const xxd = tool('xxd', async (t: Tool) => {
  const o = options(t, 'abc:eEg:hil:o:prs:uv', 'plain=p revert=r')
  const width = Math.min(number(o.value('c'), o.has('p') ? 30 : 16) || 16, 256)
  const names = o.operands.slice(0, 1)
  if (o.has('r')) {
    let text = ''
    const input = t.input(names[0] ?? '-')
    for (;;) {
      const bytes = await input.read()
      if (bytes === undefined) break
      text += Buffer.from(bytes).toString('latin1')
      if (text.length > 16 * 1024 * 1024) t.fail('memory exhausted')
    }
    const digits = o.has('p')
      ? text.replace(/[^0-9a-fA-F]/g, '')
      : text
          .split('\n')
          .map((line) =>
            (/^[0-9a-fA-F]+: ?((?:[0-9a-fA-F]{2,4} ?)*)/.exec(line)?.[1] ?? '').replaceAll(' ', ''),
          )
          .join('')
    await t.write(Buffer.from(digits, 'hex'))
    return 0
  }
  const missing = (n: string, why: string): string => `xxd: ${n}: ${why}\n`
  const group = number(o.value('g'), 2) || width
  for await (const { at, bytes } of rows(
    t,
    names.length === 0 ? ['-'] : names,
    width,
    number(o.value('s'), 0),
    number(o.value('l'), Infinity),
    missing,
  )) {
    if (bytes.length === 0) break
    if (o.has('p')) t.put(`${Buffer.from(bytes).toString('hex')}\n`)
    else {
      let line = ''
      for (let i = 0; i < width; i++)
        line += `${i % group === 0 ? ' ' : ''}${i < bytes.length ? hex(bytes[i]!, 2) : '  '}`
      t.put(`${hex(at, 8)}:${o.has('u') ? line.toUpperCase() : line}  ${dots(bytes)}\n`)
    }
  }
  return t.status === 0 ? 0 : 2
})

const named: Record<number, string> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
}

export const od = tool('od', async (t: Tool) => {
  const o = options(
    t,
    'A:aBbcDdeFfHhIij:LlN:OosS:t:vw::Xx',
    'address-radix:=A skip-bytes:=j read-bytes:=N strings?=S format:=t output-duplicates=v width?=w',
  )
  const format = o.list.findLast(([k]) => /^[tabcdoxX]$/.test(k))
  const type =
    format === undefined
      ? 'o2'
      : format[0] === 't'
        ? format[1]
        : { a: 'a', b: 'o1', c: 'c', d: 'u2', o: 'o2', x: 'x2', X: 'x4' }[format[0]]!
  const match = /^([acdoux])([1248CSIL]?)(z?)$/.exec(type)
  if (match === null) throw new Exit(1, `${t.name}: invalid type string ${t.quoted(type)}\n`)
  const kind = match[1]!
  const size =
    kind === 'a' || kind === 'c'
      ? 1
      : Number({ C: '1', S: '2', I: '4', L: '8' }[match[2]!] ?? (match[2] || '4'))
  const cell =
    kind === 'a' || kind === 'c'
      ? 3
      : kind === 'x'
        ? size * 2
        : kind === 'o'
          ? [0, 3, 6, 0, 11, 0, 0, 0, 22][size]!
          : kind === 'u'
            ? [0, 3, 5, 0, 10, 0, 0, 0, 20][size]!
            : [0, 4, 6, 0, 11, 0, 0, 0, 20][size]!
  const radix = o.value('A') ?? 'o'
  const address = (at: number): string =>
    radix === 'n'
      ? ''
      : at.toString(radix === 'x' ? 16 : radix === 'd' ? 10 : 8).padStart(radix === 'x' ? 6 : 7, '0')
  const width = Math.min(number(o.value('w') || (o.has('w') ? '32' : undefined), 16) || 16, 1024)
  let last = ''
  let starred = false
  for await (const { at, bytes } of rows(
    t,
    o.operands.length === 0 ? ['-'] : o.operands,
    width,
    number(o.value('j'), 0),
    number(o.value('N'), Infinity),
    (n, why) => `${t.name}: ${t.named(n)}: ${why}\n`,
  )) {
    if (bytes.length === 0) {
      if (radix !== 'n' && (at > 0 || t.status === 0)) t.put(`${address(at)}\n`)
      break
    }
    const key = Buffer.from(bytes).toString('latin1')
    if (key === last && bytes.length === width && !o.has('v')) {
      if (!starred) t.put('*\n')
      starred = true
      continue
    }
    last = key
    starred = false
    let line = address(at)
    const padded = Buffer.alloc(Math.ceil(bytes.length / size) * size)
    padded.set(bytes)
    for (let i = 0; i < padded.length; i += size) {
      const b = padded[i]!
      let text: string
      if (kind === 'c')
        text = named[b] ?? (b > 31 && b < 127 ? String.fromCharCode(b) : b.toString(8).padStart(3, '0'))
      else if (kind === 'a')
        text =
          [
            'nul',
            'soh',
            'stx',
            'etx',
            'eot',
            'enq',
            'ack',
            'bel',
            'bs',
            'ht',
            'nl',
            'vt',
            'ff',
            'cr',
            'so',
            'si',
            'dle',
            'dc1',
            'dc2',
            'dc3',
            'dc4',
            'nak',
            'syn',
            'etb',
            'can',
            'em',
            'sub',
            'esc',
            'fs',
            'gs',
            'rs',
            'us',
            'sp',
          ][b & 127] ?? ((b & 127) === 127 ? 'del' : String.fromCharCode(b & 127))
      else {
        let value = 0n
        for (let k = size - 1; k >= 0; k--) value = (value << 8n) | BigInt(padded[i + k]!)
        if (kind === 'd') value = BigInt.asIntN(size * 8, value)
        text = value.toString(kind === 'x' ? 16 : kind === 'o' ? 8 : 10)
        if (kind === 'x' || kind === 'o') text = text.padStart(cell, '0')
      }
      line += ` ${text.padStart(cell)}`
    }
    const gap = match[3] === 'z' ? ' '.repeat(((width - bytes.length) / size) * (cell + 1)) : ''
    t.put(`${line}${gap}${match[3] === 'z' ? `  >${dots(bytes)}<` : ''}\n`)
  }
  return t.status
})

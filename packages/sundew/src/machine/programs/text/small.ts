import { createHash, randomInt, type Hash } from 'node:crypto'
import { bytesOf, lineBatches, whole } from '../common/lines.ts'
import { options } from '../common/options.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { unescape } from './escapes.ts'

export const yesNo = tool(['true', 'false'], async (t: Tool) => (t.call.name === 'true' ? 0 : 1))

export const echo = tool('echo', async (t: Tool) => {
  let escapes = false
  let newline = true
  let i = 0
  for (; i < t.args.length && /^-[neE]+$/.test(t.args[i]!); i++)
    for (const c of t.args[i]!.slice(1)) {
      if (c === 'n') newline = false
      else escapes = c === 'e'
    }
  const text = t.args.slice(i).join(' ')
  if (escapes) {
    const made = unescape(text, 'echo')
    t.put(made.text)
    if (made.stopped) newline = false
  } else t.put(text)
  if (newline) t.put('\n')
})

export const yes = tool('yes', async (t: Tool) => {
  const line = `${t.args.length === 0 ? 'y' : t.args.join(' ')}\n`
  const block = line.repeat(Math.max(1, Math.floor(8192 / line.length)))
  for (;;) {
    await t.call.spend()
    await t.write(block)
  }
})

export const tee = tool('tee', async (t: Tool) => {
  const o = options(t, 'aip', 'append=a ignore-interrupts=i output-error?')
  if (o.has('version'))
    return versionOf(t, 'coreutils', 'Mike Parker, Richard M. Stallman, and David MacKenzie')
  const outs: { name: string; out: ReturnType<Tool['output']> }[] = []
  for (const name of o.operands)
    try {
      outs.push({ name, out: t.output(name, o.has('a')) })
    } catch (error) {
      await t.error(`${t.named(name)}: ${reasonOf(error)}`)
    }
  const input = t.stdin()
  for (;;) {
    const bytes = await input.read()
    if (bytes === undefined) break
    await t.write(bytes)
    for (const { name, out } of outs)
      try {
        await out.write(bytes)
      } catch (error) {
        await t.error(`${t.named(name)}: ${reasonOf(error)}`)
      }
  }
  for (const { out } of outs) out.close()
  return t.status
})

export const seq = tool('seq', async (t: Tool) => {
  // A negative number is no option.
  const args = t.args
  const numbers: string[] = []
  let separator = '\n'
  let wide = false
  let format: string | undefined
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (/^-[.\d]/.test(arg) || !arg.startsWith('-')) numbers.push(arg)
    else if (arg === '-w' || arg === '--equal-width') wide = true
    else if (arg === '-s' || arg === '--separator') separator = args[++i] ?? ''
    else if (arg.startsWith('-s')) separator = arg.slice(2)
    else if (arg === '-f' || arg === '--format') format = args[++i]
    else if (arg.startsWith('-f')) format = arg.slice(2)
    else if (arg.startsWith('--')) t.usage(`unrecognized option '${arg}'`)
    else t.usage(`invalid option -- '${arg[1]}'`)
  }
  if (numbers.length === 0) t.missingOperand()
  if (numbers.length > 3) t.usage(`extra operand ${t.quoted(numbers[3]!)}`)
  for (const text of numbers)
    if (text.trim() === '' || Number.isNaN(Number(text)))
      t.usage(`invalid floating point argument: ${t.quoted(text)}`)
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, Number(numbers[0])]
      : numbers.length === 2
        ? [Number(numbers[0]), 1, Number(numbers[1])]
        : numbers.map(Number)
  if (step === 0) t.usage(`invalid Zero increment value: ${t.quoted(numbers[1]!)}`)
  const places = Math.max(
    ...(numbers.length === 3 ? numbers.slice(0, 2) : numbers.length === 2 ? numbers.slice(0, 1) : ['1']).map(
      (n) => (n.split('.')[1] ?? '').length,
    ),
  )
  const width = wide ? Math.max(first!.toFixed(places).length, last!.toFixed(places).length) : 0
  let any = false
  for (let i = 0; ; i++) {
    const value = first! + i * step!
    if (step! > 0 ? value > last! + 1e-12 : value < last! - 1e-12) break
    let text = value.toFixed(places)
    if (wide)
      text = text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0')
    if (format !== undefined)
      text = format.replace(
        /%(0?)(\d*)(?:\.(\d+))?[gfe]/,
        (_, zero: string, w: string, p: string | undefined) =>
          (p === undefined ? String(value) : value.toFixed(Number(p))).padStart(
            Math.min(Number(w || 0), 1000),
            zero === '' ? ' ' : '0',
          ),
      )
    t.put((any ? separator : '') + text)
    any = true
    if (t.full) {
      await t.flush()
      await t.call.spend()
    }
  }
  if (any) t.put('\n')
})

const maxShuffledBytes = 16 * 1024 * 1024

export const shuf = tool('shuf', async (t: Tool) => {
  const o = options(
    t,
    'ei:n:o:rz',
    'echo=e input-range:=i head-count:=n output:=o random-source: repeat=r zero-terminated=z',
  )
  const end = o.has('z') ? '\0' : '\n'
  let lines: string[]
  if (o.has('e')) lines = [...o.operands]
  else if (o.has('i')) {
    const match = /^(\d+)-(\d+)$/.exec(o.value('i')!)
    if (match === null) t.fail(`invalid input range: ${t.quoted(o.value('i')!)}`)
    const [low, high] = [Number(match[1]), Number(match[2])]
    if (high - low > 1_000_000) t.fail('memory exhausted')
    lines = Array.from({ length: Math.max(0, high - low + 1) }, (_, i) => String(low + i))
  } else {
    const name = o.operands[0] ?? '-'
    try {
      const text = (await whole(t, t.input(name), maxShuffledBytes)).toString('latin1')
      lines = text === '' ? [] : text.replace(end === '\n' ? /\n$/ : /\0$/, '').split(end)
    } catch (error) {
      if (error instanceof Exit) throw error
      t.fail(`${t.named(name)}: ${reasonOf(error)}`)
    }
  }
  const count = Math.min(
    Number(o.value('n') ?? (o.has('r') ? Infinity : lines.length)),
    o.has('r') ? Infinity : lines.length,
  )
  for (let i = 0; i < count && lines.length > 0; i++) {
    if (o.has('r')) t.put(lines[randomInt(lines.length)]! + end)
    else {
      const j = i + randomInt(lines.length - i)
      ;[lines[i], lines[j]] = [lines[j]!, lines[i]!]
      t.put(lines[i]! + end)
    }
    await t.room()
    if ((i & 63) === 0) await t.call.spend()
  }
  return t.status
})

const digests: Record<string, [string, number]> = {
  md5sum: ['md5', 32],
  sha1sum: ['sha1', 40],
  sha224sum: ['sha224', 56],
  sha256sum: ['sha256', 64],
  sha384sum: ['sha384', 96],
  sha512sum: ['sha512', 128],
}

export const sums = tool(Object.keys(digests), async (t: Tool) => {
  const [algorithm, digits] = digests[t.call.name] ?? ['md5', 32]
  const o = options(
    t,
    'bctwz',
    'binary=b check=c text=t ignore-missing=i quiet=q status=S strict=X tag warn=w zero=z',
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'Ulrich Drepper, Scott Miller, and David Madore')
  const names = o.operands.length === 0 ? ['-'] : o.operands
  const digest = async (name: string): Promise<string> => {
    const input = t.input(name)
    try {
      return await hashed(createHash(algorithm), input)
    } finally {
      input.close?.()
    }
  }
  for (const name of names) {
    if (o.has('c')) {
      await check(t, name, digits, digest, o.has('q'), o.has('S'), algorithm)
      continue
    }
    try {
      const sum = await digest(name)
      const escaped = /[\n\\\r]/.test(name)
      const shown = escaped
        ? name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
        : name
      if (o.has('tag')) t.put(`${escaped ? '\\' : ''}${algorithm.toUpperCase()} (${shown}) = ${sum}\n`)
      else t.put(`${escaped ? '\\' : ''}${sum} ${o.has('b') ? '*' : ' '}${shown}${o.has('z') ? '\0' : '\n'}`)
    } catch (error) {
      const folder = reasonOf(error) === 'Is a directory'
      await t.error(
        t.busybox
          ? folder
            ? `can't read '${name}': Is a directory`
            : `can't open '${name}': ${reasonOf(error)}`
          : `${t.named(name)}: ${reasonOf(error)}`,
      )
    }
  }
  return t.status
})

async function hashed(hash: Hash, input: ReturnType<Tool['input']>): Promise<string> {
  for (;;) {
    const bytes = await input.read()
    if (bytes === undefined) return hash.digest('hex')
    hash.update(bytes)
  }
}

async function check(
  t: Tool,
  list: string,
  digits: number,
  digest: (name: string) => Promise<string>,
  quiet: boolean,
  silent: boolean,
  algorithm: string,
): Promise<void> {
  let wrong = 0
  let bad = 0
  let missing = 0
  let good = 0
  try {
    const input = t.input(list)
    for await (const { lines } of lineBatches(t, input))
      for (const line of lines) {
        const match = new RegExp(`^([0-9a-fA-F]{${digits}}) [ *](.*)$`, 's').exec(line)
        if (match === null) {
          bad++
          continue
        }
        good++
        const name = match[2]!
        try {
          const same = (await digest(name)) === match[1]!.toLowerCase()
          if (!same) wrong++
          if (!silent && !(quiet && same)) t.put(`${name}: ${same ? 'OK' : 'FAILED'}\n`)
        } catch (error) {
          await t.error(`${t.named(name)}: ${reasonOf(error)}`)
          if (!silent) t.put(`${name}: FAILED open or read\n`)
          missing++
        }
      }
  } catch (error) {
    return t.error(`${t.named(list)}: ${reasonOf(error)}`)
  }
  if (good === 0)
    return t.error(
      `${list === '-' ? "'standard input'" : t.named(list)}: no properly formatted checksum lines found`,
    )
  if (bad > 0 && !silent)
    await t.error(`WARNING: ${bad} line${bad > 1 ? 's are' : ' is'} improperly formatted`, 0)
  if (missing > 0) await t.error(`WARNING: ${missing} listed file${missing > 1 ? 's' : ''} could not be read`)
  if (wrong > 0) {
    if (silent) t.status = 1
    else await t.error(`WARNING: ${wrong} computed checksum${wrong > 1 ? 's' : ''} did NOT match`)
  }
  void algorithm
}

export const cksum = tool(['cksum', 'sum'], async (t: Tool) => {
  const o = options(t, 'rsa:', 'sysv=s algorithm:=a')
  const names = o.operands.length === 0 ? ['-'] : o.operands
  const bsd = t.call.name === 'sum' && !o.has('s')
  for (const name of names)
    try {
      const input = t.input(name)
      let crc = 0
      let length = 0
      for (;;) {
        const bytes = await input.read()
        if (bytes === undefined) break
        length += bytes.length
        if (t.call.name === 'cksum')
          for (const b of bytes) crc = ((crc << 8) ^ table[((crc >>> 24) ^ b) & 255]!) >>> 0
        else if (bsd) for (const b of bytes) crc = ((crc >> 1) + ((crc & 1) << 15) + b) & 0xffff
        else for (const b of bytes) crc = (crc + b) >>> 0
      }
      input.close?.()
      const shown = o.operands.length === 0 ? '' : ` ${name}`
      if (t.call.name === 'cksum') {
        for (let n = length; n > 0; n = Math.floor(n / 256))
          crc = ((crc << 8) ^ table[((crc >>> 24) ^ (n & 255)) & 255]!) >>> 0
        t.put(`${~crc >>> 0} ${length}${shown}\n`)
      } else if (bsd)
        t.put(`${String(crc).padStart(5, '0')} ${String(Math.ceil(length / 1024)).padStart(5)}${shown}\n`)
      else {
        const folded = (crc & 0xffff) + (crc >>> 16)
        t.put(`${(folded & 0xffff) + (folded >> 16)} ${Math.ceil(length / 512)}${shown}\n`)
      }
    } catch (error) {
      await t.error(`${t.named(name)}: ${reasonOf(error)}`)
    }
  return t.status
})

const table = Array.from({ length: 256 }, (_, n) => {
  let c = n << 24
  for (let k = 0; k < 8; k++) c = (c & 0x80000000) !== 0 ? (c << 1) ^ 0x04c11db7 : c << 1
  return c >>> 0
})

export const clear = tool('clear', async (t: Tool) => {
  t.put('\x1b[H\x1b[2J\x1b[3J')
})

export const reset = tool(['reset', 'tset'], async (t: Tool) => {
  t.put('\x1bc\x1b]104\x07\x1b[!p\x1b[?3;4l\x1b[4l\x1b>')
})

export const tput = tool('tput', async (t: Tool) => {
  const columns = t.call.terminal?.columns ?? 80
  const rows = t.call.terminal?.rows ?? 24
  const [what, value] = t.args.filter((arg) => !arg.startsWith('-'))
  const n = Number(value ?? 0) || 0
  const known: Record<string, string> = {
    cols: `${columns}\n`,
    lines: `${rows}\n`,
    colors: /256/.test(t.call.environment.get('TERM') ?? '') ? '256\n' : '8\n',
    clear: '\x1b[H\x1b[2J\x1b[3J',
    sgr0: '\x1b(B\x1b[m',
    bold: '\x1b[1m',
    smul: '\x1b[4m',
    rmul: '\x1b[24m',
    rev: '\x1b[7m',
    setaf: n < 8 ? `\x1b[3${n}m` : `\x1b[38;5;${n}m`,
    setab: n < 8 ? `\x1b[4${n}m` : `\x1b[48;5;${n}m`,
    civis: '\x1b[?25l',
    cnorm: '\x1b[?12l\x1b[?25h',
    smcup: '\x1b[?1049h',
    rmcup: '\x1b[?1049l',
    el: '\x1b[K',
    bel: '\x07',
    reset: '\x1bc',
  }
  if (what === undefined) throw new Exit(2, 'usage: tput [-V] [-S] [-T terminal] capname\n')
  if ((t.call.environment.get('TERM') ?? '') === '')
    throw new Exit(2, 'tput: No value for $TERM and no -T specified\n')
  if (known[what] === undefined) throw new Exit(4, `tput: unknown terminfo capability '${what}'\n`)
  t.put(known[what])
  void bytesOf
})

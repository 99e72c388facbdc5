import { assignElement } from '../assign.ts'
import { quoteByBackslash } from '../expand/quote.ts'
import { strftime } from '../strftime.ts'
import { ansiC } from '../syntax/ansi-c.ts'
import type { Shell } from '../shell.ts'
import { options, wrongOption, type Builtin } from './builtin.ts'

const usage = 'printf [-v var] format [arguments]'
/** A width or precision, and all of the output. */
const maxOutput = 8 * 1024 * 1024

export const printf: Builtin = {
  names: ['printf'],
  usage,
  run: async (shell, args) => {
    const { options: found, rest, wrong, missing } = options(args, shell.dialect === 'ash' ? '' : 'v:')
    if (wrong !== undefined) return wrongOption(shell, 'printf', wrong, usage)
    if (missing !== undefined || rest.length === 0) {
      if (missing !== undefined) await shell.complain(`printf: ${missing}: option requires an argument`)
      await shell.complainBare(
        shell.dialect === 'ash' ? 'usage: printf FORMAT [ARG]...' : `printf: usage: ${usage}`,
      )
      return shell.dialect === 'ash' ? 1 : 2
    }
    const target = found.get('v')
    const variable =
      target === undefined ? undefined : /^([A-Za-z_][A-Za-z0-9_]*)(?:\[(.+)\])?$/s.exec(target)
    if (variable === null) {
      await shell.complain(`printf: \`${target}': not a valid identifier`)
      return 2
    }
    const run = new Formatting(shell, rest.slice(1))
    const format = rest[0]!
    do {
      const goOn = await run.pass(format)
      if (!goOn) break
      await shell.spend()
    } while (run.more)
    // What is printed waits in a buffer until the end.
    for (const word of run.complaints) await shell.complain(word)
    if (variable === undefined) await shell.print(run.out)
    else assignElement(shell, variable[1]!, variable[2], run.out)
    return run.status
  },
}

class Formatting {
  out = ''
  status = 0
  readonly complaints: string[] = []
  readonly #shell: Shell
  readonly #args: readonly string[]
  #at = 0
  #used = false
  /** The directive under way. */
  #text = ''

  constructor(shell: Shell, args: readonly string[]) {
    this.#shell = shell
    this.#args = args
  }

  get more(): boolean {
    return this.#used && this.#at < this.#args.length && this.out.length < maxOutput
  }

  #next(): string | undefined {
    this.#used = true
    return this.#args[this.#at++]
  }

  /** The format once; false where output stops. */
  async pass(format: string): Promise<boolean> {
    this.#used = false
    const pattern = /%%|%([-+ #0]*)(\*|-?[0-9]+)?(?:\.(\*|-?[0-9]+)?)?([hlLjzt]*)(\([^)]*\)T|.)?|[^%]+/gs
    for (const part of format.matchAll(pattern)) {
      const text = part[0]
      if (!text.startsWith('%')) {
        this.out += ansiC(text, 'format').text
        continue
      }
      if (text === '%%') {
        this.out += '%'
        continue
      }
      const hasPrecision = /^%[-+ #0]*(\*|-?[0-9]+)?\./.test(text)
      this.#text = text
      if (!this.#one(part[1] ?? '', part[2], hasPrecision ? (part[3] ?? '0') : undefined, part[5]))
        return false
    }
    return true
  }

  #size(text: string | undefined): number | undefined {
    if (text === undefined) return undefined
    const number = text === '*' ? Number(this.#number(this.#next() ?? '0')) : Number(text)
    return Math.max(-1_000_000, Math.min(1_000_000, number))
  }

  #one(
    flags: string,
    widthText: string | undefined,
    precisionText: string | undefined,
    kind: string | undefined,
  ): boolean {
    let width = this.#size(widthText) ?? 0
    let left = flags.includes('-')
    if (width < 0) {
      left = true
      width = -width
    }
    let precision = this.#size(precisionText)
    if (precision !== undefined && precision < 0) precision = undefined
    const pad = (text: string, zeros = false) => {
      if (text.length >= width) return text
      if (left) return text.padEnd(width)
      if (!zeros) return text.padStart(width)
      const sign = /^([-+ ]|0[xX])?/.exec(text)![0]
      return sign + text.slice(sign.length).padStart(width - sign.length, '0')
    }
    if (kind?.endsWith('T') === true) {
      const arg = this.#next()
      const ms =
        arg === undefined || arg === '-1'
          ? this.#shell.session.machine.now()
          : arg === '-2'
            ? this.#shell.startedMs
            : Number(arg) * 1000
      this.out += pad(strftime(kind.slice(1, -2) || '%X', ms))
      return true
    }
    switch (kind) {
      case 's': {
        const text = this.#next() ?? ''
        this.out += pad(precision === undefined ? text : text.slice(0, precision))
        return true
      }
      case 'b': {
        const done = ansiC(this.#next() ?? '', 'b')
        this.out += pad(precision === undefined ? done.text : done.text.slice(0, precision))
        return !done.stopped
      }
      case 'q':
      case 'Q':
        this.out += pad(quoteByBackslash(this.#next() ?? ''))
        return true
      case 'c':
        this.out += pad((this.#next() ?? '').slice(0, 1))
        return true
      case 'n':
        this.#next()
        return true
      case 'd':
      case 'i': {
        const number = this.#number(this.#next() ?? '0')
        const digits = String(number < 0n ? -number : number).padStart(precision ?? 0, '0')
        this.out += pad(
          signed(number < 0n, precision === 0 && number === 0n ? '' : digits, flags),
          flags.includes('0') && precision === undefined,
        )
        return true
      }
      case 'u':
      case 'o':
      case 'x':
      case 'X': {
        const number = BigInt.asUintN(64, this.#number(this.#next() ?? '0'))
        let digits = number.toString(kind === 'u' ? 10 : kind === 'o' ? 8 : 16)
        if (precision === 0 && number === 0n) digits = ''
        digits = digits.padStart(precision ?? 0, '0')
        if (flags.includes('#') && kind === 'o' && !digits.startsWith('0')) digits = `0${digits}`
        if (flags.includes('#') && number !== 0n && (kind === 'x' || kind === 'X')) digits = `0x${digits}`
        this.out += pad(
          kind === 'X' ? digits.toUpperCase() : digits,
          flags.includes('0') && precision === undefined,
        )
        return true
      }
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
      case 'a':
      case 'A': {
        const number = this.#float(this.#next() ?? '0')
        const text = signed(
          number < 0 || Object.is(number, -0),
          floatText(Math.abs(number), kind, precision ?? 6, flags),
          flags,
        )
        this.out += pad(
          kind === kind.toUpperCase() ? text.toUpperCase() : text,
          flags.includes('0') && Number.isFinite(number),
        )
        return true
      }
      case undefined:
        this.complaints.push(
          this.#shell.dialect === 'ash'
            ? `printf: %: invalid format`
            : `printf: \`${this.#text}': missing format character`,
        )
        this.status = 1
        return false
      default:
        this.complaints.push(
          this.#shell.dialect === 'ash'
            ? `printf: %${kind}: invalid format`
            : `printf: \`${kind}': invalid format character`,
        )
        this.status = 1
        return false
    }
  }

  #wrong(text: string): void {
    this.complaints.push(
      this.#shell.dialect === 'ash' ? `invalid number '${text}'` : `printf: ${text}: invalid number`,
    )
    this.status = 1
  }

  #number(text: string): bigint {
    const quoted = /^["'](.?)/s.exec(text)
    if (quoted !== null) return BigInt((quoted[1] ?? '').charCodeAt(0) || 0)
    const found = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(text)
    if (found === null) {
      if (text !== '') this.#wrong(text)
      return 0n
    }
    if (found[0].length !== text.length) this.#wrong(text)
    const digits = found[2]!
    const octal = /^0[0-7]+$/.test(digits)
    const value = BigInt(octal ? `0o${digits.slice(1)}` : digits)
    const number = found[1] === '-' ? -value : value
    const limits = [-(2n ** 63n), 2n ** 64n - 1n] as const
    if (number < limits[0] || number > limits[1]) {
      this.complaints.push(`printf: warning: ${text}: Numerical result out of range`)
      return number < 0n ? limits[0] : 2n ** 63n - 1n
    }
    return BigInt.asIntN(64, number)
  }

  #float(text: string): number {
    const quoted = /^["'](.?)/s.exec(text)
    if (quoted !== null) return (quoted[1] ?? '').charCodeAt(0) || 0
    const found =
      /^\s*[-+]?(0[xX][0-9a-fA-F]+|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|inf(inity)?|nan)/i.exec(text)
    if (found === null) {
      if (text !== '') this.#wrong(text)
      return 0
    }
    if (found[0].length !== text.length) this.#wrong(text)
    if (/inf/i.test(found[0])) return found[0].trim().startsWith('-') ? -Infinity : Infinity
    return Number(found[0])
  }
}

function signed(negative: boolean, digits: string, flags: string): string {
  return (negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') + digits
}

function exponent(text: string): string {
  return text.replace(/e([-+])([0-9])$/, 'e$10$2')
}

function floatText(number: number, kind: string, wanted: number, flags: string): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? 'nan' : 'inf'
  const precision = Math.min(wanted, 100)
  switch (kind.toLowerCase()) {
    case 'f':
      return number < 1e21
        ? number.toFixed(precision)
        : `${BigInt(number)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`
    case 'e':
      return exponent(number.toExponential(precision))
    case 'g': {
      const digits = precision === 0 ? 1 : precision
      const power = number === 0 ? 0 : Number(number.toExponential(digits - 1).split('e')[1])
      let text =
        power < -4 || power >= digits
          ? exponent(number.toExponential(digits - 1))
          : number.toFixed(Math.max(0, digits - 1 - power))
      if (!flags.includes('#') && text.includes('.')) text = text.replace(/\.?0+(e|$)/, '$1')
      return text
    }
    default:
      return `0x${number.toString(16)}p+0`
  }
}

import { tool, type Tool } from '../common/tool.ts'
import { unescape } from './escapes.ts'

/** Fields are no wider. */
const maxWidth = 1_000_000

export const printf = tool('printf', async (t: Tool) => {
  let args = [...t.args]
  if (args[0] === '--') args.shift()
  const format = args.shift()
  if (format === undefined) t.missingOperand()
  const pieces = parse(t, format)
  const takes = pieces.some((piece) => piece.conversion !== undefined && piece.conversion !== '%')
  do {
    const before = args.length
    for (const piece of pieces) {
      if (piece.conversion === undefined) {
        t.put(piece.text)
        if (piece.stops) return t.status
        continue
      }
      const star = (text: string): string => (text === '*' ? String(integer(args.shift() ?? '0') ?? 0) : text)
      const width = star(piece.width)
      const precision = star(piece.precision)
      const given = args.shift()
      if (piece.conversion === 'b') {
        const made = unescape(given ?? '', 'printf')
        t.put(padded(made.text, piece.flags, width))
        if (made.stopped) return t.status
      } else t.put(await field(t, piece, given, width, precision))
      await t.room()
    }
    await t.call.spend()
    if (!takes && args.length > 0 && args.length === before) {
      if (!t.busybox)
        await t.call.stderr.write(
          `${t.name}: warning: ignoring excess arguments, starting with ${t.quoted(args[0]!)}\n`,
        )
      break
    }
  } while (args.length > 0)
  return t.status
})

interface Piece {
  readonly text: string
  readonly stops: boolean
  readonly flags: string
  readonly width: string
  readonly precision: string
  readonly conversion: string | undefined
}

function parse(t: Tool, format: string): Piece[] {
  const pieces: Piece[] = []
  const literal = (text: string): void => {
    const made = unescape(text, 'printf')
    pieces.push({
      text: made.text,
      stops: made.stopped,
      flags: '',
      width: '',
      precision: '',
      conversion: undefined,
    })
  }
  let at = 0
  while (at < format.length) {
    const percent = format.indexOf('%', at)
    if (percent < 0) {
      literal(format.slice(at))
      break
    }
    if (percent > at) literal(format.slice(at, percent))
    if (format[percent + 1] === '%') {
      literal('%')
      at = percent + 2
      continue
    }
    const match = /^%([-+ #0'I]*)(\*|\d*)(?:\.(\*|\d*))?(?:hh|h|ll|l|L|q|j|t|z)?([a-zA-Z]?)/.exec(
      format.slice(percent),
    )!
    const conversion = match[4]!
    if (!'diouxXfFeEgGaAcsbq'.includes(conversion) || conversion === '')
      t.fail(
        t.busybox
          ? `%${conversion}: invalid format`
          : `${format.slice(percent, percent + match[0].length)}: invalid conversion specification`,
      )
    pieces.push({
      text: '',
      stops: false,
      flags: match[1]!,
      width: match[2]!,
      precision: match[3] ?? (match[0].includes('.') ? '0' : ''),
      conversion,
    })
    at = percent + match[0].length
  }
  return pieces
}

function padded(text: string, flags: string, width: string): string {
  const left = flags.includes('-') || width.startsWith('-')
  const n = Math.min(Math.abs(Number(width || 0)), maxWidth)
  return left ? text.padEnd(n) : text.padStart(n)
}

function integer(text: string): bigint | undefined {
  const trimmed = text.trim()
  if (/^['"]./.test(text)) return BigInt(text.charCodeAt(1))
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d{0,30})/.exec(trimmed)
  if (match === null) return undefined
  const digits = match[2]!
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits)
  return match[1] === '-' ? -value : value
}

async function field(
  t: Tool,
  piece: Piece,
  given: string | undefined,
  width: string,
  precision: string,
): Promise<string> {
  const { conversion, flags } = piece
  const text = given ?? ''
  if (conversion === 's')
    return padded(precision === '' ? text : text.slice(0, Number(precision)), flags, width)
  if (conversion === 'c') return padded(text.slice(0, 1), flags, width)
  if (conversion === 'q')
    return padded(
      text === '' ? "''" : /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`,
      flags,
      width,
    )
  if ('diouxX'.includes(conversion!)) {
    let value = given === undefined || given === '' ? 0n : integer(text)
    if (given !== undefined && given !== '') {
      const whole = /^\s*[-+]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.test(text) || /^['"]./.test(text)
      if (value === undefined)
        await t.error(t.busybox ? `invalid number '${text}'` : `${t.quoted(text)}: expected a numeric value`)
      else if (!whole)
        await t.error(
          t.busybox ? `invalid number '${text}'` : `${t.quoted(text)}: value not completely converted`,
        )
    }
    value ??= 0n
    const signed = conversion === 'd' || conversion === 'i'
    if (!signed && value < 0n) value += 1n << 64n
    const negative = value < 0n
    let digits = (negative ? -value : value).toString(
      conversion === 'o' ? 8 : conversion === 'x' || conversion === 'X' ? 16 : 10,
    )
    if (conversion === 'X') digits = digits.toUpperCase()
    if (precision !== '') digits = digits.padStart(Math.min(Number(precision), maxWidth), '0')
    const prefix = negative
      ? '-'
      : signed && flags.includes('+')
        ? '+'
        : signed && flags.includes(' ')
          ? ' '
          : flags.includes('#') && value !== 0n
            ? conversion === 'o'
              ? '0'
              : conversion === 'x'
                ? '0x'
                : conversion === 'X'
                  ? '0X'
                  : ''
            : ''
    if (flags.includes('0') && !flags.includes('-') && precision === '')
      digits = digits.padStart(Math.min(Number(width || 0), maxWidth) - prefix.length, '0')
    return padded(prefix + digits, flags, width)
  }
  let value =
    given === undefined || given === ''
      ? 0
      : /^['"]./.test(text)
        ? text.charCodeAt(1)
        : Number(
            /^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?|0[xX][0-9a-fA-F]+|inf|nan)/i.exec(
              text,
            )?.[0] ?? Number.NaN,
          )
  if (Number.isNaN(value) && !/^nan/i.test(text)) {
    await t.error(`${t.quoted(text)}: expected a numeric value`)
    value = 0
  }
  const places = precision === '' ? 6 : Math.min(Number(precision), 100)
  let out: string
  if (conversion === 'f' || conversion === 'F') out = Math.abs(value).toFixed(places)
  else if (conversion === 'e' || conversion === 'E')
    out = Math.abs(value)
      .toExponential(places)
      .replace(/e([-+])(\d)$/, 'e$10$2')
  else {
    const p = places === 0 ? 1 : places
    const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(Number(value.toPrecision(p)))))
    out =
      exponent < -4 || exponent >= p
        ? Math.abs(value).toExponential(p - 1)
        : Math.abs(value).toFixed(Math.max(0, p - 1 - exponent))
    if (!flags.includes('#') && out.includes('.')) out = out.replace(/\.?0+(?=e|$)/, '')
    out = out.replace(/e([-+])(\d)$/, 'e$10$2')
  }
  if (conversion === conversion!.toUpperCase()) out = out.toUpperCase()
  const sign =
    value < 0 || Object.is(value, -0) ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  if (flags.includes('0') && !flags.includes('-'))
    out = out.padStart(Math.min(Number(width || 0), maxWidth) - sign.length, '0')
  return padded(sign + out, flags, width)
}

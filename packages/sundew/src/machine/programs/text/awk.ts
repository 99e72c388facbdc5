import { lineBatches } from '../common/lines.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { Pattern, PatternError } from './regular-expression.ts'

/** `awk`: what intruders use all the time (`/x/ {print $1, $NF}`) runs here; the library has the rest of the language. */
export const awk = tool(['awk', 'mawk', 'gawk', 'nawk'], async (t: Tool) => {
  const args = [...t.args]
  let separator = ' '
  let program: string | undefined
  let plain = true
  while (args.length > 0) {
    const arg = args[0]!
    if (arg === '--') {
      args.shift()
      break
    }
    if (arg === '-F' && args.length > 1) separator = args.splice(0, 2)[1]!
    else if (arg.startsWith('-F') && arg.length > 2) separator = args.shift()!.slice(2)
    else if (arg === '-v' || arg === '-f') {
      plain = false
      break
    } else if (arg === '-W' || arg === '--version' || arg === '-Wversion') {
      if (args[1] === 'version' || arg !== '-W') {
        t.put(
          'mawk 1.3.4 20200120\nCopyright 2008-2019,2020, Thomas E. Dickey\nCopyright 1991-1996,2014, Michael D. Brennan\n\nrandom-funcs:       srandom/random\nregex-funcs:        internal\ncompiled limits:\nsprintf buffer      8192\nmaximum-integer     2147483647\n',
        )
        return 0
      }
      break
    } else if (/^-./.test(arg)) break
    else break
  }
  if (plain) program = args[0]
  if (program === undefined && plain) {
    if (t.busybox) t.usage()
    throw new Exit(2, 'Usage: mawk [Options] [Program] [file ...]\n')
  }
  const simple =
    program === undefined || (separator.length !== 1 && separator !== '\\t' && separator !== '\\|')
      ? undefined
      : parse(program)
  if (simple === undefined) {
    const { libraryTool } = await import('./just-bash.ts')
    const reads = !/^\s*BEGIN\s*\{[^}]*\}\s*$/.test(program ?? 'x')
    const status = await libraryTool(t, 'awk', t.args, reads && args.length <= 1)
    return status
  }
  const by = separator === '\\t' || separator === 't' ? '\t' : separator === '\\|' ? '|' : separator
  let number = 0
  for (const name of args.length > 1 ? args.slice(1) : ['-']) {
    if (/^[A-Za-z_]\w*=/.test(name)) continue
    const before = number
    try {
      const input = t.input(name)
      for await (const { lines } of lineBatches(t, input)) {
        for (const line of lines) {
          number++
          const fields =
            by === ' '
              ? line.split(/[ \t\n]+/).filter((field) => field !== '')
              : line === ''
                ? []
                : line.split(by)
          const value = (item: Item): string => {
            if (typeof item === 'string') return item
            if (item.field === 'NF') return String(fields.length)
            if (item.field === 'NR') return String(number)
            if (item.field === 'FNR') return String(number - before)
            const n = item.field === '$NF' ? fields.length + item.offset : item.offset
            if (n < 0)
              throw new Exit(
                2,
                `${t.call.name}: run time error: negative field index $${n}\n\tFILENAME="" FNR=${number} NR=${number}\n`,
              )
            return n === 0 ? line : (fields[n - 1] ?? '')
          }
          if (simple.pattern !== undefined) {
            const text = simple.on === undefined ? line : value(simple.on)
            if (simple.pattern.test(text) === simple.not) continue
          }
          if (
            simple.compare !== undefined &&
            !compared(value(simple.compare.left), simple.compare.op, simple.compare.right)
          )
            continue
          t.put(`${simple.items.map((group) => group.map(value).join('')).join(' ')}\n`)
        }
        await t.room()
      }
      input.close?.()
    } catch (error) {
      if (error instanceof PatternError) t.fail(error.message, 2)
      if (error instanceof Exit) throw error
      await t.call.stderr.write(
        t.busybox ? `awk: ${name}: ${reasonOf(error)}\n` : `awk: cannot open ${name} (${reasonOf(error)})\n`,
      )
      t.status = 2
    }
  }
  return t.status
})

type Item = string | { readonly field: 'NF' | 'NR' | 'FNR' | '$NF' | '$'; readonly offset: number }

interface Simple {
  readonly pattern: Pattern | undefined
  readonly on: Item | undefined
  readonly not: boolean
  readonly compare: { readonly left: Item; readonly op: string; readonly right: string } | undefined
  readonly items: readonly (readonly Item[])[]
}

/** Undefined where it is more than the usual. */
function parse(program: string): Simple | undefined {
  const match =
    /^\s*(?:(!?)(?:(\$\d{1,3}|\$NF)\s*~\s*)?\/((?:[^/\\\n]|\\.)+)\/|(\$\d{1,3}|F?NR|NF)\s*(==|!=|<=|>=|<|>)\s*("[^"\\]*"|\d+))?\s*(?:\{\s*print\s*([^{};|>()]*?)\s*;?\s*\})?\s*$/.exec(
      program,
    )
  if (match === null || program.trim() === '') return undefined
  const [, not, on, source, left, op, right, list] = match
  if (source === undefined && left === undefined && list === undefined) return undefined
  let pattern: Pattern | undefined
  try {
    if (source !== undefined) pattern = new Pattern(source.replaceAll('\\/', '/'), 'extended')
  } catch {
    return undefined
  }
  const items: Item[][] = []
  if (list === undefined || list === '') items.push([{ field: '$', offset: 0 }])
  else
    for (const expression of splitOutside(list)) {
      const group: Item[] = []
      let rest = expression.trim()
      if (rest === '') return undefined
      while (rest !== '') {
        const part = /^(?:"((?:[^"\\]|\\[nt"\\])*)"|\$(\d{1,4})|\$NF|\$\(NF-(\d{1,3})\)|NF|F?NR)\s*/.exec(
          rest,
        )
        if (part === null) return undefined
        const text = part[0].trim()
        if (part[1] !== undefined)
          group.push(part[1].replaceAll(/\\(.)/g, (_, c: string) => ({ n: '\n', t: '\t' })[c] ?? c))
        else if (part[2] !== undefined) group.push({ field: '$', offset: Number(part[2]) })
        else if (text === '$NF') group.push({ field: '$NF', offset: 0 })
        else group.push({ field: text as 'NF', offset: 0 })
        rest = rest.slice(part[0].length)
      }
      items.push(group)
    }
  const itemOf = (text: string): Item =>
    text === '$NF'
      ? { field: '$NF', offset: 0 }
      : text.startsWith('$')
        ? { field: '$', offset: Number(text.slice(1)) }
        : { field: text as 'NR', offset: 0 }
  return {
    pattern,
    on: on === undefined ? undefined : itemOf(on),
    not: not === '!',
    compare: left === undefined ? undefined : { left: itemOf(left), op: op!, right: right! },
    items,
  }
}

function splitOutside(list: string): string[] {
  const parts = ['']
  let quoted = false
  for (let i = 0; i < list.length; i++) {
    const c = list[i]!
    if (c === '"' && list[i - 1] !== '\\') quoted = !quoted
    if (c === ',' && !quoted) parts.push('')
    else parts[parts.length - 1] += c
  }
  return parts
}

function compared(left: string, op: string, right: string): boolean {
  let a: string | number = left
  let b: string | number = right
  if (right.startsWith('"')) b = right.slice(1, -1)
  else if (/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(left)) {
    a = Number(left)
    b = Number(right)
  }
  return { '==': a === b, '!=': a !== b, '<': a < b, '>': a > b, '<=': a <= b, '>=': a >= b }[op]!
}

import type { KnownOption } from './option-lines.ts'

/** What glibc's `getopt_long` finds. */
export interface Found {
  /** Key and value, in the order given. */
  readonly list: readonly (readonly [string, string | undefined])[]
  readonly operands: readonly string[]
  /** In glibc's words, without the program's name. */
  readonly error: string | undefined
}

/** An option, and what it counts as. */
export interface KeyedOption extends KnownOption {
  readonly key: string
}

/** Reads arguments as glibc does; the first mistake ends it. */
export function getopt(
  args: readonly string[],
  known: readonly KeyedOption[],
  how: {
    /** Options end at the first word that is none. */
    readonly stop?: boolean | undefined
    /** `-5` counts as key `#`. */
    readonly digits?: boolean | undefined
  } = {},
): Found {
  const list: [string, string | undefined][] = []
  const operands: string[] = []
  const done = (error?: string): Found => ({ list, operands, error })
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    if (arg === '--') {
      operands.push(...args.slice(at + 1))
      break
    }
    if (arg === '-' || !arg.startsWith('-')) {
      if (how.stop === true) {
        operands.push(...args.slice(at))
        break
      }
      operands.push(arg)
      continue
    }
    if (how.digits === true && /^-\d+$/.test(arg)) {
      list.push(['#', arg.slice(1)])
      continue
    }
    if (arg.startsWith('--')) {
      const equals = arg.indexOf('=')
      const given = equals < 0 ? arg.slice(2) : arg.slice(2, equals)
      let value = equals < 0 ? undefined : arg.slice(equals + 1)
      const found = matching(known, given)
      const option = found[0]
      if (option === undefined) return done(`unrecognized option '--${given}'`)
      if (found.some((one) => one.key !== option.key || one.takes !== option.takes)) {
        const names = found.map((one) => ` '--${one.long!}'`).join('')
        return done(`option '--${given}' is ambiguous; possibilities:${names}`)
      }
      if (option.takes === 'none' && value !== undefined) {
        return done(`option '--${option.long!}' doesn't allow an argument`)
      }
      if (option.takes === 'needs' && value === undefined) {
        if (++at >= args.length) return done(`option '--${option.long!}' requires an argument`)
        value = args[at]
      }
      list.push([option.key, value])
      continue
    }
    for (let i = 1; i < arg.length; i++) {
      const letter = arg[i]!
      const option = known.find((one) => one.short === letter)
      if (option === undefined) return done(`invalid option -- '${letter}'`)
      if (option.takes === 'none') {
        list.push([option.key, undefined])
        continue
      }
      let value: string | undefined = arg.slice(i + 1)
      if (value === '') {
        value = undefined
        if (option.takes === 'needs') {
          if (++at >= args.length) return done(`option requires an argument -- '${letter}'`)
          value = args[at]
        }
      }
      list.push([option.key, value])
      break
    }
  }
  return done()
}

function matching(known: readonly KeyedOption[], given: string): readonly KeyedOption[] {
  const exact = known.filter((one) => one.long === given)
  return exact.length > 0 ? exact : known.filter((one) => one.long?.startsWith(given) === true)
}

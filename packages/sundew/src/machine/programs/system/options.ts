/** What `getopt_long` finds, in order. Options go by their long name where they have one. */
export interface Given {
  readonly operands: readonly string[]
  readonly options: readonly { readonly name: string; readonly value: string | undefined }[]
  /** As glibc says it, without the program's name. */
  readonly error: string | undefined
  has(name: string): boolean
  /** The last one given. */
  value(name: string): string | undefined
}

interface Known {
  readonly name: string
  readonly argument: 'none' | 'needed' | 'optional'
}

/**
 * Reads options as glibc does: `table` has one word for each, `a/all`, `n/lines:` with a value, `c/color?` with one that may be left out.
 * Words that are no options may stand between, unless `stopsAtOperand`.
 */
export function parseOptions(table: string, args: readonly string[], stopsAtOperand: boolean): Given {
  const { short, long } = known(table)
  const operands: string[] = []
  const options: { name: string; value: string | undefined }[] = []
  const done = (error?: string): Given => ({
    operands,
    options,
    error,
    has: (name) => options.some((option) => option.name === name),
    value: (name) => options.findLast((option) => option.name === name)?.value,
  })
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    if (arg === '--') {
      operands.push(...args.slice(at + 1))
      break
    }
    if (arg.startsWith('--')) {
      const equals = arg.indexOf('=')
      const given = equals < 0 ? arg.slice(2) : arg.slice(2, equals)
      const found = matching(long, given)
      if (found.length === 0) return done(`unrecognized option '--${given}'`)
      if (found.length > 1) {
        return done(
          `option '--${given}' is ambiguous; possibilities:${found.map((one) => ` '--${one}'`).join('')}`,
        )
      }
      const { name, argument } = long.get(found[0]!)!
      let value = equals < 0 ? undefined : arg.slice(equals + 1)
      if (argument === 'none' && value !== undefined) {
        return done(`option '--${found[0]!}' doesn't allow an argument`)
      }
      if (argument === 'needed' && value === undefined) {
        if (++at >= args.length) return done(`option '--${found[0]!}' requires an argument`)
        value = args[at]
      }
      options.push({ name, value })
    } else if (arg.length > 1 && arg.startsWith('-')) {
      for (let i = 1; i < arg.length; i++) {
        const option = short.get(arg[i]!)
        if (option === undefined) return done(`invalid option -- '${arg[i]!}'`)
        if (option.argument === 'none') {
          options.push({ name: option.name, value: undefined })
          continue
        }
        let value: string | undefined = arg.slice(i + 1)
        if (value === '') {
          value = undefined
          if (option.argument === 'needed') {
            if (++at >= args.length) return done(`option requires an argument -- '${arg[i]!}'`)
            value = args[at]
          }
        }
        options.push({ name: option.name, value })
        break
      }
    } else if (stopsAtOperand) {
      operands.push(...args.slice(at))
      break
    } else {
      operands.push(arg)
    }
  }
  return done()
}

function matching(long: ReadonlyMap<string, Known>, given: string): string[] {
  if (long.has(given)) return [given]
  return [...long.keys()].filter((name) => name.startsWith(given))
}

function known(table: string): { short: Map<string, Known>; long: Map<string, Known> } {
  const cached = tables.get(table)
  if (cached !== undefined) return cached
  const short = new Map<string, Known>()
  const long = new Map<string, Known>()
  for (const word of table.split(' ')) {
    const argument = word.endsWith(':') ? 'needed' : word.endsWith('?') ? 'optional' : 'none'
    const [letter, name] = (argument === 'none' ? word : word.slice(0, -1)).split('/')
    const option: Known = { name: name ?? letter!, argument }
    if (letter !== '') short.set(letter!, option)
    if (name !== undefined) long.set(name, option)
  }
  const made = { short, long }
  tables.set(table, made)
  return made
}

/** Tables are our own constants: there are as many as programs. */
const tables = new Map<string, ReturnType<typeof known>>()

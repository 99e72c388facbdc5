import { synopses } from './synopses.ts'
import { Exit, type Tool } from './tool.ts'

/** What `getopt_long` made of the arguments. */
export interface Options {
  /** Key and value, in order. */
  readonly list: readonly (readonly [string, string])[]
  readonly operands: readonly string[]
  has(...keys: string[]): boolean
  /** The last value. */
  value(key: string): string | undefined
}

/**
 * Reads arguments as glibc's `getopt_long` does, in its words.
 *
 * @param short as getopt has it: `al:` (`:` needs a value, `::` may have one joined).
 * @param long `all=a width:=w color?=color`: name, `:` or `?`, the key it counts as (its own name where none is given).
 * @param how `stop`: operands end the options (POSIX); `old`: digits like `-5` count as key `#`
 */
export function options(
  t: Tool,
  short: string,
  long = '',
  how: {
    readonly stop?: boolean
    readonly digits?: boolean
    readonly status?: number
    readonly hint?: (t: Tool) => never
  } = {},
): Options {
  const longs = longOptions(long)
  const list: [string, string][] = []
  const operands: string[] = []
  const args = t.args
  const stop = how.stop ?? (t.busybox ? false : t.call.environment.has('POSIXLY_CORRECT'))
  const wrong = (text: string): never => {
    if (how.hint !== undefined) {
      void text
      throw new UsageHint(text)
    }
    return t.usage(text, how.status ?? 1)
  }
  try {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!
      if (arg === '--') {
        operands.push(...args.slice(i + 1))
        break
      }
      if (arg === '-' || !arg.startsWith('-')) {
        if (stop) {
          operands.push(...args.slice(i))
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
        const name = arg.slice(2, equals < 0 ? undefined : equals)
        const value = equals < 0 ? undefined : arg.slice(equals + 1)
        let matching = longs.filter((o) => o.name === name)
        if (matching.length === 0) matching = longs.filter((o) => o.name.startsWith(name))
        if (matching.length === 0)
          wrong(`unrecognized option '${arg.slice(0, equals < 0 ? undefined : equals)}'`)
        const option = matching[0]!
        if (matching.some((o) => o.key !== option.key || o.takes !== option.takes))
          wrong(
            `option '--${name}' is ambiguous; possibilities:${matching.map((o) => ` '--${o.name}'`).join('')}`,
          )
        if (value !== undefined && option.takes === 'none')
          wrong(`option '--${option.name}' doesn't allow an argument`)
        if (option.takes === 'needs' && value === undefined) {
          const next = args[++i]
          if (next === undefined) wrong(`option '--${option.name}' requires an argument`)
          list.push([option.key, next ?? ''])
        } else list.push([option.key, value ?? ''])
        continue
      }
      for (let j = 1; j < arg.length; j++) {
        const c = arg[j]!
        const at = c === ':' ? -1 : short.indexOf(c)
        if (at < 0) {
          wrong(`invalid option -- '${c}'`)
          continue
        }
        if (short[at + 1] !== ':') {
          list.push([c, ''])
          continue
        }
        const rest = arg.slice(j + 1)
        if (rest !== '' || short[at + 2] === ':') list.push([c, rest])
        else {
          const next = args[++i]
          if (next === undefined) wrong(`option requires an argument -- '${c}'`)
          list.push([c, next ?? ''])
        }
        break
      }
    }
  } catch (error) {
    if (!(error instanceof UsageHint)) throw error
    hinted.set(t, error.message)
    how.hint?.(t)
  }
  if (!t.busybox && list.some(([key]) => key === 'help')) {
    t.put(`${(synopses[t.call.name] ?? 'Usage: @ [OPTION]...').replaceAll('@', t.name)}\n`)
    throw new Exit(0)
  }
  return {
    list,
    operands,
    has: (...keys) => list.some(([key]) => keys.includes(key)),
    value: (key) => list.findLast(([k]) => k === key)?.[1],
  }
}

/** What getopt said, for a program whose own usage follows. */
export function hintOf(t: Tool): string {
  return hinted.get(t) ?? ''
}

class UsageHint extends Error {}
const hinted = new WeakMap<Tool, string>()

interface LongOption {
  readonly name: string
  readonly key: string
  readonly takes: 'none' | 'needs' | 'may'
}

const parsed = new Map<string, readonly LongOption[]>()

function longOptions(text: string): readonly LongOption[] {
  let result = parsed.get(text)
  if (result === undefined) {
    result = `${text} help version`
      .split(' ')
      .filter((item) => item !== '')
      .map((item) => {
        const [, name, takes, key] = /^([^:?=]+)([:?]?)(?:=(.*))?$/.exec(item)!
        return {
          name: name!,
          key: key ?? name!,
          takes: takes === ':' ? 'needs' : takes === '?' ? 'may' : 'none',
        }
      })
    parsed.set(text, result)
  }
  return result
}

import { getopt, type KeyedOption } from './getopt.ts'
import { optionLines } from './option-lines.ts'
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
 * @param how `args`: others than the program's own; `stop`: operands end the options (POSIX); `digits`: digits like `-5` count as key `#`
 */
export function options(
  t: Tool,
  short: string,
  long = '',
  how: {
    readonly args?: readonly string[]
    readonly stop?: boolean
    readonly digits?: boolean
    readonly status?: number
    readonly hint?: (t: Tool) => never
  } = {},
): Options {
  const known = knownOptions(short, long)
  const { list, operands, error } = getopt(how.args ?? t.args, known, {
    stop: how.stop ?? (t.busybox ? false : t.call.environment.has('POSIXLY_CORRECT')),
    digits: how.digits,
  })
  if (error !== undefined) {
    if (how.hint === undefined) t.usage(error, how.status ?? 1)
    hinted.set(t, error)
    how.hint(t)
  }
  if (!t.busybox && list.some(([key]) => key === 'help')) {
    const synopsis = (synopses[t.call.name] ?? 'Usage: @ [OPTION]...').replaceAll('@', t.name)
    t.put(`${synopsis}\n\n${optionLines(listed(known), { indent: '  ', value: 'ARG', joined: '=' })}`)
    throw new Exit(0)
  }
  return {
    list: list.map(([key, value]) => [key, value ?? '']),
    operands,
    has: (...keys) => list.some(([key]) => keys.includes(key)),
    value: (key) => {
      const found = list.findLast(([k]) => k === key)
      return found === undefined ? undefined : (found[1] ?? '')
    },
  }
}

/** What getopt said, for a program whose own usage follows. */
export function hintOf(t: Tool): string {
  return hinted.get(t) ?? ''
}

const hinted = new WeakMap<Tool, string>()

/** As they were given: ours are constants, as many as programs. */
const parsed = new Map<string, readonly KeyedOption[]>()

function knownOptions(short: string, long: string): readonly KeyedOption[] {
  const both = `${short} ${long}`
  let result = parsed.get(both)
  if (result === undefined) {
    const letters = [...short.matchAll(/([^:])(:{0,2})/g)].map(([, letter, takes]): KeyedOption => {
      return {
        key: letter!,
        short: letter!,
        takes: takes === ':' ? 'needs' : takes === '::' ? 'may' : 'none',
      }
    })
    const words = `${long} help version`.split(' ').filter((item) => item !== '')
    const names = words.map((item): KeyedOption => {
      const [, name, takes, key] = /^([^:?=]+)([:?]?)(?:=(.*))?$/.exec(item)!
      return {
        key: key ?? name!,
        long: name!,
        takes: takes === ':' ? 'needs' : takes === '?' ? 'may' : 'none',
      }
    })
    result = [...letters, ...names]
    parsed.set(both, result)
  }
  return result
}

/** One line for a letter and the first name that counts as it. */
function listed(known: readonly KeyedOption[]): KeyedOption[] {
  const joined = new Set<KeyedOption>()
  const lines = known.flatMap((one) => {
    if (one.short === undefined) return joined.has(one) ? [] : [one]
    const named = known.find((other) => other.short === undefined && other.key === one.short)
    if (named !== undefined) joined.add(named)
    return [{ ...one, long: named?.long }]
  })
  return lines
}

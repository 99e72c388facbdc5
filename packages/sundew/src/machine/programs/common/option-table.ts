import { getopt, type KeyedOption } from './getopt.ts'

/** What is found, in order. Options go by their long name where they have one. */
export interface Given {
  readonly operands: readonly string[]
  readonly options: readonly { readonly name: string; readonly value: string | undefined }[]
  /** As glibc says it, without the program's name. */
  readonly error: string | undefined
  has(name: string): boolean
  /** The last one given. */
  value(name: string): string | undefined
}

/**
 * Reads options as glibc does: `table` has one word for each, `a/all`, `n/lines:` with a value, `c/color?` with one that may be left out.
 * Words that are no options may stand between, unless `stopsAtOperand`.
 */
export function parseOptions(table: string, args: readonly string[], stopsAtOperand: boolean): Given {
  const { list, operands, error } = getopt(args, knownOptions(table), { stop: stopsAtOperand })
  const options = list.map(([name, value]) => ({ name, value }))
  return {
    operands,
    options,
    error,
    has: (name) => options.some((option) => option.name === name),
    value: (name) => options.findLast((option) => option.name === name)?.value,
  }
}

/** The options of a table, in its order. */
export function knownOptions(table: string): readonly KeyedOption[] {
  let known = tables.get(table)
  if (known === undefined) {
    known = table
      .split(' ')
      .filter(Boolean)
      .map((word) => {
        const takes = word.endsWith(':') ? 'needs' : word.endsWith('?') ? 'may' : 'none'
        const [letter, name] = (takes === 'none' ? word : word.slice(0, -1)).split('/')
        return { key: name ?? letter!, short: letter === '' ? undefined : letter, long: name, takes }
      })
    tables.set(table, known)
  }
  return known
}

/** Tables are our own constants: there are as many as programs. */
const tables = new Map<string, readonly KeyedOption[]>()

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { configSchema, type Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import { dataDirectory } from './data-directory.ts'

export { ConfigError }

export interface Loaded {
  readonly config: Config
  /** The file that was read; undefined where there is none and every key has its default. */
  readonly file: string | undefined
  readonly dataDirectory: string
}

/** Reads `--config`, else sundew.yaml in the data directory, else in the current folder, else nothing. Throws ConfigError. */
export async function loadConfig(options: {
  configFile?: string | undefined
  dataDirectory?: string | undefined
}): Promise<Loaded> {
  const data = dataDirectory(options.dataDirectory)
  const file = options.configFile
    ? resolve(options.configFile)
    : [join(data, 'sundew.yaml'), resolve('sundew.yaml')].find((name) => existsSync(name))
  if (file === undefined) return { config: configSchema.parse({}), file: undefined, dataDirectory: data }
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new ConfigError('SUNDEW_CONFIG_MISSING', [`${file}: cannot be read (${(cause as Error).message})`])
  }
  return { config: parseConfig(text, file), file, dataDirectory: data }
}

/** Checks the text of a sundew.yaml. Throws ConfigError with a line for each mistake. */
export function parseConfig(text: string, file = 'sundew.yaml'): Config {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  if (document.errors.length > 0) {
    throw new ConfigError(
      'SUNDEW_CONFIG_INVALID',
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0])
        return `${file}:${line}:${col} ${error.message.split('\n')[0]}`
      }),
    )
  }
  const parsed = configSchema.safeParse(document.toJS({ maxAliasCount: 50 }) ?? {})
  if (parsed.success) return parsed.data
  throw new ConfigError(
    'SUNDEW_CONFIG_INVALID',
    parsed.error.issues.flatMap((issue) =>
      describeIssue(issue).map(({ path, message }) => {
        const node = path.length > 0 ? document.getIn(path, true) : document.contents
        const range = (node as { range?: [number, number, number] } | undefined)?.range
        const { line, col } = range ? lines.linePos(range[0]) : { line: 1, col: 1 }
        return `${file}:${line}:${col} ${path.join('.') || '(top)'}: ${message}`
      }),
    ),
  )
}

function describeIssue(issue: z.core.$ZodIssue): { path: (string | number)[]; message: string }[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
  const known = keysAt(path)
  return issue.keys.map((key) => {
    const near = known.map((name) => [distance(key, name), name] as const).sort((a, b) => a[0] - b[0])[0]
    const hint = near && near[0] <= 3 ? `; did you mean ${near[1]}?` : `; known here: ${known.join(', ')}`
    return { path: [...path, key], message: `unknown key${hint}` }
  })
}

/** Names of the keys that the schema knows at a path. */
function keysAt(path: readonly (string | number)[]): string[] {
  let schema: z.core.JSONSchema.BaseSchema | undefined = z.toJSONSchema(configSchema, {
    io: 'input',
    unrepresentable: 'any',
  })
  for (const step of path) {
    const next: unknown = typeof step === 'number' ? schema?.items : schema?.properties?.[step]
    schema = typeof next === 'object' && next !== null ? (next as z.core.JSONSchema.BaseSchema) : undefined
  }
  return Object.keys(schema?.properties ?? {})
}

/** Edits between two words (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}

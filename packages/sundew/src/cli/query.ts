import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import { Hub } from './client.ts'
import { Failure, usage } from './failure.ts'
import { globals } from './globals.ts'
import { plainStream } from './plain.ts'
import { notRunning } from './running.ts'

const formats = { table: 'pretty', json: 'json', csv: 'csv', tsv: 'tsv' } as const
/** The longest query read from standard input, bytes. */
const maxSqlBytes = 1024 * 1024

interface QueryOptions {
  readonly format: keyof typeof formats
  readonly param: Readonly<Record<string, string>>
}

/** Adds `sundew query`. */
export function query(program: Command): void {
  program
    .command('query')
    .description('ask the store in SQL; nothing can be changed')
    .argument('<sql>', 'a ClickHouse SELECT, or - to read it from standard input')
    .addOption(
      new Option('-f, --format <format>', 'how rows are printed; json is one object a line')
        .choices(Object.keys(formats))
        .default('table'),
    )
    .option('-p, --param <name=value>', 'value for {name:Type} in the query; may be repeated', parameter, {})
    .addHelpText(
      'after',
      `
Examples:
  sundew query "SELECT kind, count() FROM events GROUP BY kind ORDER BY 2 DESC"
  sundew query -f csv "SELECT toDate(time) AS day, count() FROM mails GROUP BY day" > days.csv
  sundew query -p ip=192.0.2.1 "SELECT * FROM events WHERE source_ip = toIPv6({ip:String}) LIMIT 5"
  sundew query "SHOW TABLES"
`,
    )
    .action(async (sql: string, options: QueryOptions, command: Command) => {
      const { paths } = globals(command)
      const text = sql === '-' ? await fromInput() : sql
      if (text.trim() === '')
        throw usage('the query is empty. Give it as an argument, or - and the query on standard input.')
      const hub = await Hub.find(paths)
      const body = { sql: text, format: formats[options.format], params: options.param }
      const answer = await hub.open('/query', { method: 'POST', body })
      // Into a file or a program the rows go as they are; what a person sees on a terminal must not act on it.
      const harmless = process.stdout.isTTY || options.format === 'table' ? [plainStream()] : []
      try {
        await pipeline([answer, ...harmless, process.stdout], { end: false })
      } catch (error) {
        if (error instanceof Failure || (error as NodeJS.ErrnoException).code === 'EPIPE') throw error
        throw notRunning(paths, `the answer of ${hub.url} broke off; the rows above are not all`, error)
      }
    })
}

function parameter(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw usage(`--param ${text}: it should be name=value.`)
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

async function fromInput(): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxSqlBytes) throw usage(`the query on standard input is longer than ${maxSqlBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

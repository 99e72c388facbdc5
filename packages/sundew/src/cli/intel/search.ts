import { Option, type Command } from 'commander'
import type { SearchAnswer, ToldSighting } from '../../intel/answers.ts'
import { indicatorTypes } from '../../intel/indicator/indicator.ts'
import { Hub } from '../client.ts'
import { globals } from '../globals.ts'
import { wholeNumber } from '../options.ts'
import { delimited, note, print, printJson } from '../output.ts'
import { plain } from '../plain.ts'
import { table, type Column } from '../table.ts'
import { moment } from './moment.ts'

interface Options {
  readonly type?: string
  readonly source?: string
  readonly gone?: boolean
  readonly limit: number
  readonly json?: boolean
  readonly csv?: boolean
}

const columns: readonly Column<ToldSighting>[] = [
  { title: 'indicator', value: (row) => row.indicator.value },
  { title: 'type', value: (row) => row.indicator.type },
  { title: 'source', value: (row) => row.source, max: 24 },
  { title: 'author', value: (row) => row.author, max: 24 },
  { title: 'malware', value: (row) => row.malware, max: 24 },
  { title: 'first seen', value: (row) => moment(row.first_seen) },
  { title: 'last seen', value: (row) => moment(row.last_seen) },
  { title: 'title', value: (row) => row.title },
  { title: 'link', value: (row) => row.link, max: 120 },
]

/** Adds `sundew intel search`. */
export function search(command: Command): void {
  command
    .command('search')
    .description('what is listed, by a part of its value, title, tags, malware family or author')
    .argument('[text]', 'what to look for; everything where not given')
    .addOption(new Option('-t, --type <type>', 'of one type').choices(indicatorTypes))
    .option('-s, --source <name>', 'of one source')
    .option('-g, --gone', 'also what is no longer listed')
    .option('-n, --limit <rows>', 'at most so many', wholeNumber(1, 1000), 100)
    .addOption(new Option('--json', 'as JSON').conflicts('csv'))
    .option('--csv', 'as CSV')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew intel search emotet\n  sundew intel search --source otx --type domain --limit 20\n  sundew intel search 203.0.113. --gone --json\n',
    )
    .action(async (text: string | undefined, options: Options, own: Command) => {
      const { type, source, gone, limit, json, csv } = options
      const hub = await Hub.find(globals(own).paths)
      const answer = await hub.json<SearchAnswer>('/intel/search', {
        query: { text, type, source, limit, gone: gone ? 'true' : undefined },
      })
      if (json) return printJson(answer)
      const { found, more } = answer
      if (more) note(`There is more; --limit says how much is told, up to 1000.`)
      if (!csv) return print(table(columns, found))
      const titles = columns.map(({ title }) => title.replace(' ', '_'))
      return print(
        delimited(
          titles,
          found.map((row) => columns.map(({ value }) => harmless(String(value(row))))),
          false,
        ),
      )
    })
}

/** A cell that a spreadsheet would take for a formula begins with `'`, as OWASP has it: others wrote it. */
function harmless(text: string): string {
  const shown = plain(text)
  return /^[=+\-@\t\r]/.test(shown) ? `'${shown}` : shown
}

import type { Command } from 'commander'
import type { Meeting, ToldSighting, ToldVerdict, WhyAnswer } from '../../intel/answers.ts'
import { Hub } from '../client.ts'
import { Finding } from '../run.ts'
import { globals } from '../globals.ts'
import { print, printJson } from '../output.ts'
import { plain } from '../plain.ts'
import { table } from '../table.ts'
import { moment } from './moment.ts'

/** Adds `sundew intel why`. */
export function why(command: Command): void {
  command
    .command('why')
    .description(
      'everything known of an address, name, URL or hash: who lists it, what was decided, who met it',
    )
    .argument('<value>', 'as you found it; defanged too')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExit code 1 where nobody lists it.\n\nExamples:\n  sundew intel why 203.0.113.7\n  sundew intel why evil.example.net\n  sundew intel why "hxxp://evil[.]example[.]net/x.php" --json\n',
    )
    .action(async (value: string, options: { json?: boolean }, own: Command) => {
      const hub = await Hub.find(globals(own).paths)
      const answer = await hub.json<WhyAnswer>('/intel/why', { query: { value } })
      await (options.json ? printJson(answer) : print(shown(answer)))
      if (answer.sightings.length === 0) throw new Finding()
    })
}

/** The answer as text: every part with a heading, parts without anything left out. */
export function shown({ asked, indicator, refused, verdicts, sightings, met, published }: WhyAnswer): string {
  if (!indicator) return `${plain(asked)} is no indicator: ${refused ?? 'it looks like none'}\n`
  const parts = [
    `${plain(indicator.value)} (${indicator.type})\n`,
    ...verdicts.map(verdictText),
    sightings.length === 0 ? 'No source lists it.\n' : `Listed by\n${sightingTable(sightings)}`,
    ...(met.length === 0 ? [] : [`Met by\n${meetingTable(met)}`]),
    ...(published.length === 0
      ? []
      : [
          `Published\n${table(
            [
              { title: 'name', value: (row) => row.name },
              { title: 'target', value: (row) => row.target },
              { title: 'written', value: (row) => moment(row.published) },
              { title: 'path', value: (row) => row.path },
            ],
            published,
          )}`,
        ]),
  ]
  return parts.join('\n')
}

const words = {
  block: 'blocked: published and matched',
  alert: 'matched, not published',
  none: 'neither matched nor published',
} as const

function verdictText({ indicator, verdict, allowed }: ToldVerdict): string {
  const lines = [
    `${plain(indicator.value)} is ${words[verdict.action]} (confidence ${verdict.confidence})`,
    ...verdict.reasons.map((reason) => `  - ${plain(reason)}`),
    ...allowed.map(({ action, list, entry, reason, until_time }) => {
      const end = until_time === null ? '' : `, until ${moment(until_time)}`
      return `  - allowed (${action}) by ${plain(list)}: ${plain(entry)}${reason === '' ? '' : `, ${plain(reason)}`}${end}`
    }),
  ]
  return `${lines.join('\n')}\n`
}

function sightingTable(sightings: readonly ToldSighting[]): string {
  return table(
    [
      { title: 'source', value: (row) => row.source, max: 24 },
      { title: 'entry', value: (row) => row.indicator.value, max: 44 },
      { title: 'state', value: stateOf },
      { title: 'first seen', value: (row) => moment(row.first_seen) },
      { title: 'last seen', value: (row) => moment(row.last_seen) },
      { title: 'confidence', value: (row) => row.confidence ?? '' },
      { title: 'author', value: (row) => row.author, max: 24 },
      { title: 'title', value: titleOf },
      { title: 'link', value: (row) => row.link, max: 120 },
    ],
    sightings,
  )
}

function stateOf({ in_force, gone, expires }: ToldSighting): string {
  if (in_force) return 'in force'
  return gone === null ? `expired ${moment(expires)}` : `gone ${moment(gone)}`
}

/** With malware family and tags, where it has them. */
function titleOf({ title, malware, tags, compromised }: ToldSighting): string {
  return [title, malware, tags.join(' '), compromised ? 'a victim itself' : '']
    .filter((part) => part !== '')
    .join(' · ')
}

function meetingTable(met: readonly Meeting[]): string {
  return table(
    [
      { title: 'host', value: (row) => row.host },
      { title: 'times', value: (row) => row.times },
      { title: 'severity', value: (row) => row.severity },
      { title: 'direction', value: (row) => row.direction },
      { title: 'first', value: (row) => moment(row.first) },
      { title: 'last', value: (row) => moment(row.last) },
      { title: 'told by', value: (row) => row.from },
    ],
    met,
  )
}

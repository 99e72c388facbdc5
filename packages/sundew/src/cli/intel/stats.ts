import type { Command } from 'commander'
import type { StatsAnswer } from '../../intel/answers.ts'
import { Hub } from '../client.ts'
import { globals } from '../globals.ts'
import { print, printJson } from '../output.ts'
import { table } from '../table.ts'
import { countText } from '../text.ts'
import { moment } from './moment.ts'

/** Adds `sundew intel stats`. */
export function stats(command: Command): void {
  command
    .command('stats')
    .description('how much is in force, by type, source and allow-list')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  sundew intel stats\n  sundew intel stats --json\n')
    .action(async (options: { json?: boolean }, own: Command) => {
      const hub = await Hub.find(globals(own).paths)
      const answer = await hub.json<StatsAnswer>('/intel/stats')
      return options.json ? printJson(answer) : print(shown(answer))
    })
}

function shown({ version, made, by_type, by_source, allowed, publications }: StatsAnswer): string {
  const parts = [
    version === 0 ? 'No set is in force yet.\n' : `Set ${version}, made ${moment(made)} (UTC)\n`,
    table(
      [
        { title: 'type', value: (row) => row.type },
        { title: 'in force', value: (row) => row.in_force },
        { title: 'block', value: (row) => row.block },
        { title: 'alert', value: (row) => row.alert },
        { title: 'none', value: (row) => row.none },
      ],
      by_type,
    ),
    table(
      [
        { title: 'source', value: (row) => row.name },
        { title: 'in force', value: (row) => row.in_force },
        { title: 'reports', value: (row) => row.reports },
        { title: 'could not be read', value: (row) => row.bad },
      ],
      by_source,
    ),
  ]
  const decided = allowed.filter((row) => row.decided > 0 || row.list === 'owner')
  if (decided.length > 0)
    parts.push(
      table(
        [
          { title: 'allow-list', value: (row) => row.list },
          { title: 'action', value: (row) => row.action },
          { title: 'entries', value: (row) => row.entries },
          { title: 'indicators', value: (row) => countText(row.decided) },
        ],
        decided,
      ),
    )
  if (publications.length > 0)
    parts.push(
      table(
        [
          { title: 'publication', value: (row) => row.name },
          { title: 'target', value: (row) => row.target },
          { title: 'written', value: (row) => moment(row.published) },
          { title: 'path', value: (row) => row.path },
        ],
        publications,
      ),
    )
  return parts.join('\n')
}

import type { Command } from 'commander'
import type { SourceAnswer } from '../../intel/answers.ts'
import { Hub } from '../client.ts'
import { Finding } from '../run.ts'
import { globals } from '../globals.ts'
import { print, printJson } from '../output.ts'
import { plain } from '../plain.ts'
import { table } from '../table.ts'
import { moment } from './moment.ts'

/** Adds `sundew intel sources`. */
export function sources(command: Command): void {
  command
    .command('sources')
    .description('every source: when it was pulled, what it has, what is wrong with it')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExit code 1 where one of them is in trouble.\n\nExamples:\n  sundew intel sources\n  sundew intel sources --json\n',
    )
    .action(async (options: { json?: boolean }, own: Command) => {
      const hub = await Hub.find(globals(own).paths)
      const answer = await hub.json<SourceAnswer[]>('/intel/sources')
      await (options.json ? printJson(answer) : print(shown(answer)))
      if (answer.some(({ trouble }) => trouble !== null)) throw new Finding()
    })
}

function shown(answer: readonly SourceAnswer[]): string {
  const parts = [
    table(
      [
        { title: 'source', value: (row) => row.name },
        { title: 'type', value: (row) => row.type },
        { title: 'in force', value: (row) => row.in_force },
        { title: 'weight', value: (row) => row.weight },
        { title: 'may come to', value: (row) => row.ceiling },
        { title: 'last good', value: (row) => moment(row.last_good) },
        { title: 'next', value: (row) => (row.enabled ? moment(row.next) : 'never: not enabled') },
      ],
      answer,
    ),
  ]
  for (const { name, trouble, last_try, bad, examples, left_out } of answer) {
    const out = Object.entries(left_out).map(([reason, count]) => `${count} ${reason}`)
    const told = [
      ...(trouble === null ? [] : [`${moment(last_try)}: ${trouble}`]),
      ...(bad === 0 ? [] : [`${bad} could not be read (${examples.join('; ')})`]),
      ...(out.length === 0 ? [] : [`left out: ${out.join(', ')}`]),
    ]
    if (told.length > 0) parts.push(`${[name, ...told.map((line) => `  ${line}`)].map(plain).join('\n')}\n`)
  }
  return parts.join('\n')
}

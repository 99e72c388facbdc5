import type { Command } from 'commander'
import type { PullAnswer } from '../../intel/answers.ts'
import { Hub } from '../client.ts'
import { Finding } from '../run.ts'
import { globals } from '../globals.ts'
import { print, printJson } from '../output.ts'
import { table } from '../table.ts'

/** Adds `sundew intel pull`. */
export function pull(command: Command): void {
  command
    .command('pull')
    .description('pull sources now, and say what came')
    .argument('[name...]', 'which; all where none is named')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExit code 1 where one could not be pulled or was not believed.\n\nExamples:\n  sundew intel pull\n  sundew intel pull otx urlhaus\n',
    )
    .action(async (names: string[], options: { json?: boolean }, own: Command) => {
      const hub = await Hub.find(globals(own).paths)
      const body = names.length > 0 ? { names } : {}
      const answer = await hub.json<PullAnswer[]>('/intel/pull', { method: 'POST', body, patient: true })
      await (options.json ? printJson(answer) : print(shown(answer)))
      if (answer.some(({ outcome }) => outcome === 'failed' || outcome === 'refused')) throw new Finding()
    })
}

function shown(answer: readonly PullAnswer[]): string {
  return table(
    [
      { title: 'source', value: (row) => row.source },
      { title: 'outcome', value: (row) => row.outcome },
      { title: 'added', value: (row) => row.added },
      { title: 'removed', value: (row) => row.removed },
      { title: 'in force', value: (row) => row.in_force },
      { title: 'could not be read', value: (row) => row.bad },
      { title: 'seconds', value: (row) => (row.ms / 1000).toFixed(1) },
      { title: 'trouble', value: (row) => row.trouble ?? '', max: 200 },
    ],
    answer,
  )
}

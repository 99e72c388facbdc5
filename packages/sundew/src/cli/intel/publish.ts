import type { Command } from 'commander'
import type { Published } from '../../hub/intel/publishing-contract.ts'
import { Hub } from '../client.ts'
import { Finding } from '../run.ts'
import { globals } from '../globals.ts'
import { print, printJson } from '../output.ts'
import { plain } from '../plain.ts'
import { table } from '../table.ts'

/** Adds `sundew intel publish`. */
export function publish(command: Command): void {
  command
    .command('publish')
    .description('write lists for other programs now, and say what changed')
    .argument('[name...]', 'which publications; all where none is named')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExit code 1 where one was not written.\n\nExamples:\n  sundew intel publish\n  sundew intel publish bind nftables\n',
    )
    .action(async (names: string[], options: { json?: boolean }, own: Command) => {
      const hub = await Hub.find(globals(own).paths)
      const body = names.length > 0 ? { names } : {}
      const answer = await hub.json<Published[]>('/intel/publish', { method: 'POST', body, patient: true })
      await (options.json ? printJson(answer) : print(shown(answer)))
      if (answer.some(({ outcome }) => outcome !== 'written' && outcome !== 'unchanged')) throw new Finding()
    })
}

function shown(answer: readonly Published[]): string {
  const parts = [
    table(
      [
        { title: 'publication', value: (row) => row.publication },
        { title: 'outcome', value: (row) => row.outcome },
        { title: 'entries', value: (row) => row.entries },
        { title: 'added', value: (row) => row.added },
        { title: 'removed', value: (row) => row.removed },
        { title: 'checked by', value: (row) => row.checked },
        { title: 'seconds', value: (row) => (row.ms / 1000).toFixed(1) },
        { title: 'path', value: (row) => row.path, max: 120 },
      ],
      answer,
    ),
  ]
  for (const { publication, trouble, examples, leftOut } of answer) {
    const out = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`)
    const told = [
      ...(trouble === '' ? [] : [trouble]),
      ...(examples.length === 0 ? [] : [examples.join(' ')]),
      ...(out.length === 0 ? [] : [`left out: ${out.join(', ')}`]),
    ]
    if (told.length > 0)
      parts.push(`${[publication, ...told.map((line) => `  ${line}`)].map(plain).join('\n')}\n`)
  }
  return parts.join('\n')
}

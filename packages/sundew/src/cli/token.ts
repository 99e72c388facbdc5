import type { Command } from 'commander'
import type { NewToken, TokenRow } from '../hub/api/contract.ts'
import { Hub } from './client.ts'
import { globals } from './globals.ts'
import { note, print, printJson } from './output.ts'
import { table } from './table.ts'
import { timeText } from './text.ts'

/** Adds `sundew token`. */
export function token(program: Command): void {
  const tokens = program.command('token').description('API tokens for scripts and other programs')
  tokens
    .command('add')
    .description('make a token; it is shown this once')
    .argument('<name>', 'what it is for: grafana, backup …')
    .addHelpText('after', '\nExamples:\n  sundew token add grafana\n  TOKEN=$(sundew token add backup)\n')
    .action(async (name: string, _options: unknown, command: Command) => {
      const hub = await Hub.find(globals(command).paths)
      const made = await hub.json<NewToken>('/tokens', { method: 'POST', body: { name } })
      note(
        `This token is shown only now. Use it so: curl -H "Authorization: Bearer …" ${new URL('/api/status', hub.url).href}`,
      )
      await print(`${made.token}\n`)
    })
  tokens
    .command('list')
    .description('the tokens there are, by name')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }, command: Command) => {
      const hub = await Hub.find(globals(command).paths)
      const rows = await hub.json<TokenRow[]>('/tokens')
      if (options.json) return printJson(rows)
      return print(
        table(
          [
            { title: 'name', value: (row) => row.name },
            { title: 'made (UTC)', value: (row) => timeText(row.created) },
          ],
          rows,
        ),
      )
    })
  tokens
    .command('remove')
    .description('end a token at once')
    .argument('<name>', 'its name')
    .action(async (name: string, _options: unknown, command: Command) => {
      const hub = await Hub.find(globals(command).paths)
      await hub.json(`/tokens/${encodeURIComponent(name)}`, { method: 'DELETE' })
      note(`Token ${name} is no longer taken.`)
    })
}

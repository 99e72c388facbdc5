import type { Command } from 'commander'
import type { SessionRow } from '../../hub/api/contract.ts'
import { Hub } from '../client.ts'
import { globals } from '../globals.ts'
import { moment, wholeNumber } from '../options.ts'
import { print } from '../output.ts'
import { rows } from '../rows.ts'
import { table } from '../table.ts'
import { durationText, timeText } from '../text.ts'

interface ListOptions {
  readonly address?: string
  readonly service?: string
  readonly user?: string
  readonly recorded?: boolean
  readonly commands?: boolean
  readonly since?: string
  readonly before?: string
  readonly limit: number
  readonly json?: boolean
}

/** Adds `sundew sessions list`. */
export function sessionList(sessions: Command): void {
  sessions
    .command('list')
    .description('sessions, the newest first')
    .option('-a, --address <address>', 'only from this address or prefix: 192.0.2.0/24')
    .option('-s, --service <service>', 'only those that this decoy answered: ssh')
    .option('-u, --user <name>', 'only where somebody tried to log in under this name')
    .option('--recorded', 'only with a recording')
    .option('--commands', 'only in which commands were run')
    .option('--since <when>', 'not begun before: 24h, 14d, 2026-11-25', moment)
    .option('--before <when>', 'begun before', moment)
    .option('-n, --limit <sessions>', 'at most so many', wholeNumber(1, 1e9), 50)
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew sessions list --since 24h --commands\n  sundew sessions list --service ssh --recorded --json | jq -r .id\n',
    )
    .action(async (options: ListOptions, command: Command) => {
      const found = sessionRows(await Hub.find(globals(command).paths), options)
      if (options.json) {
        for await (const row of found) await print(`${JSON.stringify(row)}\n`)
        return
      }
      await print(
        table(
          [
            { title: 'id', value: (row) => row.id },
            { title: 'start (UTC)', value: (row) => timeText(row.start) },
            { title: 'source', value: (row) => row.source_ip },
            { title: 'service', value: (row) => row.service },
            { title: 'duration', value: (row) => durationText(row.duration_ms / 1000) },
            { title: 'commands', value: (row) => row.commands },
            { title: 'files', value: (row) => row.files },
            { title: 'tunnels', value: (row) => row.tunnels },
            { title: 'mails', value: (row) => row.mails },
            { title: 'rec', value: (row) => row.recordings },
            { title: 'user', value: (row) => row.user_name, max: 200 },
          ],
          await Array.fromAsync(found),
        ),
      )
    })
}

function sessionRows(hub: Hub, options: ListOptions): AsyncGenerator<SessionRow> {
  const { address, service, user, recorded, commands, since, before, limit } = options
  return rows<SessionRow>(hub, {
    path: '/sessions',
    query: {
      address,
      service,
      user,
      since,
      before,
      recorded: recorded ? 'yes' : undefined,
      commands: commands ? 'yes' : undefined,
    },
    limit,
    id: (row) => row.id,
    time: (row) => row.start,
  })
}

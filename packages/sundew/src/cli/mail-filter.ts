import type { Command } from 'commander'
import type { MailRow } from '../hub/api/contract.ts'
import type { Hub } from './client.ts'
import { moment, wholeNumber } from './options.ts'
import { rows } from './rows.ts'

export interface MailFilter {
  readonly address?: string
  readonly campaign?: string
  readonly since?: string
  readonly before?: string
  readonly limit?: number
}

/** Adds the options that choose mails. */
export function withMailFilter(command: Command, limit?: number): Command {
  return command
    .option('-a, --address <address>', 'only from this address or prefix: 192.0.2.0/24')
    .option('-c, --campaign <campaign>', 'only of this campaign')
    .option('--since <when>', 'not older: 24h, 14d, 2026-11-25', moment)
    .option('--before <when>', 'only older', moment)
    .option('-n, --limit <mails>', 'at most so many, the newest', wholeNumber(1, 1e9), limit)
}

export function mailRows(hub: Hub, filter: MailFilter): AsyncGenerator<MailRow> {
  const { limit, address, campaign, since, before } = filter
  return rows<MailRow>(hub, {
    path: '/mails',
    query: { address, campaign, since, before },
    limit,
    id: (row) => row.id,
    time: (row) => row.time,
  })
}

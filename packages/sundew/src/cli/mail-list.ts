import type { Command } from 'commander'
import { Hub } from './client.ts'
import { globals } from './globals.ts'
import { mailRows, withMailFilter, type MailFilter } from './mail-filter.ts'
import { print } from './output.ts'
import { table } from './table.ts'
import { bytesText, timeText } from './text.ts'

/** Adds `sundew mail list`. */
export function mailList(mails: Command): void {
  withMailFilter(mails.command('list').description('mails, newest first'), 50)
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew mail list --since 24h\n  sundew mail list --address 192.0.2.0/24 --limit 1000 --json | jq -r .subject\n',
    )
    .action(async (options: MailFilter & { json?: boolean }, command: Command) => {
      const hub = await Hub.find(globals(command).paths)
      const found = mailRows(hub, options)
      if (options.json) {
        for await (const row of found) await print(`${JSON.stringify(row)}\n`)
        return
      }
      await print(
        table(
          [
            { title: 'id', value: (row) => row.id },
            { title: 'time (UTC)', value: (row) => timeText(row.time) },
            { title: 'ip', value: (row) => row.source_ip },
            { title: 'size', value: (row) => bytesText(row.size_bytes) },
            { title: 'from', value: (row) => row.mail_from, max: 30 },
            { title: 'to', value: (row) => recipients(row.rcpt_to), max: 30 },
            { title: 'subject', value: (row) => row.subject, max: 200 },
          ],
          await Array.fromAsync(found),
        ),
      )
    })
}

function recipients(addresses: readonly string[]): string {
  const [first = '', ...more] = addresses
  return more.length === 0 ? first : `${first} +${more.length}`
}

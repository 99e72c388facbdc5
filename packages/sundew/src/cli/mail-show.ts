import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { byteString, readable } from '../event/bytes.ts'
import type { MailDetail } from '../hub/api/contract.ts'
import { Hub } from './client.ts'
import { usage } from './failure.ts'
import { globals } from './globals.ts'
import { print, printJson } from './output.ts'
import { pairs } from './table.ts'
import { bytesText } from './text.ts'

/** How much of a mail is read for its headers, bytes. */
const maxHeaderBytes = 64 * 1024

/** Adds `sundew mail show`. */
export function mailShow(mails: Command): void {
  mails
    .command('show')
    .description("one mail: how it came, its headers; what can't be printed is escaped")
    .argument('<id>', 'its id, as "sundew mail list" tells it')
    .option('--raw', 'the message, byte for byte, to a file or a program')
    .option('--json', 'as JSON, without headers')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew mail show 019ab2c4-0000-7000-8000-000000000000\n  sundew mail show --raw 019ab2c4-0000-7000-8000-000000000000 > spam.eml\n',
    )
    .action(async (id: string, options: { raw?: boolean; json?: boolean }, command: Command) => {
      if (options.raw && process.stdout.isTTY) {
        throw usage(
          `--raw of mail ${id} would let its bytes act on this terminal. Send them elsewhere: sundew mail show --raw ${id} > FILE`,
        )
      }
      const hub = await Hub.find(globals(command).paths)
      const path = `/mails/${encodeURIComponent(id)}`
      if (options.raw) {
        await pipeline(await hub.open(`${path}/raw`), process.stdout, { end: false })
        return
      }
      const detail = await hub.json<MailDetail>(path)
      if (options.json) return printJson(detail)
      await print(`${pairs(detailPairs(detail))}\n${await headers(hub, `${path}/raw`)}`)
    })
}

function detailPairs(mail: MailDetail): [string, string][] {
  const tls = mail.tls_version === '' ? 'no' : `${mail.tls_version} ${mail.tls_cipher}`
  return [
    ['id', mail.id],
    ['time', mail.time],
    ['from', `${mail.source_ip}, who said ${mail.helo}`],
    ['queue id', mail.queue_id],
    ['sender', mail.mail_from],
    ...mail.rcpt_to.map((address): [string, string] => ['recipient', address]),
    ['size', bytesText(mail.size_bytes)],
    ['tls', tls],
    ...(mail.user_name === '' ? [] : [['logged in as', mail.user_name] as [string, string]]),
    ['campaign', mail.campaign],
    ['session', mail.session],
    ...mail.urls.map((url): [string, string] => ['url', url]),
    ...mail.addresses.map((address): [string, string] => ['address', address]),
    ...mail.attachment_sha256.map((sha256): [string, string] => ['attachment', sha256]),
  ]
}

/** The header lines as they came, made readable. */
async function headers(hub: Hub, path: string): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  let end = -1
  for await (const chunk of (await hub.open(path)) as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    // The end may lie across two chunks: 64 KiB at most are looked at again.
    end = Buffer.concat(chunks)
      .toString('latin1')
      .search(/\r?\n\r?\n/)
    if (end >= 0 || bytes >= maxHeaderBytes) break
  }
  const all = Buffer.concat(chunks)
  const cutShort = end < 0 && all.length >= maxHeaderBytes
  const lines = all
    .subarray(0, end >= 0 ? end : maxHeaderBytes)
    .toString('latin1')
    .split(/\r?\n/)
  // Tabs begin folded lines.
  const shown = lines.map((line) =>
    readable(byteString(Buffer.from(line.replace(/^\t+/, '        '), 'latin1'))),
  )
  return `${shown.join('\n')}\n${cutShort ? '(cut here: more than 64 KiB of headers)\n' : ''}`
}

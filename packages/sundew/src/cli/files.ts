import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Command } from 'commander'
import type { FileRow } from '../hub/api/contract.ts'
import { Hub } from './client.ts'
import { exitCode, Failure, usage } from './failure.ts'
import { makeFolder } from './folder.ts'
import { globals } from './globals.ts'
import { moment, wholeNumber } from './options.ts'
import { note, print, printJson } from './output.ts'
import { Progress } from './progress.ts'
import { rows } from './rows.ts'
import { pairs, table } from './table.ts'
import { forEach, ownId, take } from './take.ts'
import { bytesText, countText, timeText } from './text.ts'

interface FileFilter {
  readonly address?: string
  readonly since?: string
  readonly before?: string
  readonly limit?: number
}

/** Adds `sundew files`. */
export function files(program: Command): void {
  const command = program
    .command('files')
    .description('files that intruders brought: uploads and attachments')
  list(command)
  show(command)
  exportTo(command)
}

function list(files: Command): void {
  withFilter(files.command('list').description('files, the last seen first'), 50)
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew files list --since 7d\n  sundew files list --address 192.0.2.1 --json\n',
    )
    .action(async (options: FileFilter & { json?: boolean }, command: Command) => {
      const found = fileRows(await Hub.find(globals(command).paths), options)
      if (options.json) {
        for await (const row of found) await print(`${JSON.stringify(row)}\n`)
        return
      }
      await print(
        table(
          [
            { title: 'sha256', value: (row) => row.sha256, max: 64 },
            { title: 'last seen (UTC)', value: (row) => timeText(row.last_seen) },
            { title: 'times', value: (row) => row.times },
            { title: 'size', value: (row) => bytesText(row.size_bytes) },
            { title: 'ip', value: (row) => row.source_ip },
            { title: 'type', value: (row) => row.mime_detected || row.mime_claimed, max: 30 },
            { title: 'name', value: (row) => row.name, max: 200 },
          ],
          await Array.fromAsync(found),
        ),
      )
    })
}

function show(files: Command): void {
  files
    .command('show')
    .description('what is known of one file')
    .argument('<sha256>', 'its SHA-256, or at least the first 8 digits')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  sundew files show 9f86d081\n')
    .action(async (sha256: string, options: { json?: boolean }, command: Command) => {
      const wanted = sha256.toLowerCase()
      if (!/^[0-9a-f]{8,64}$/.test(wanted)) {
        throw usage(`${sha256} is no SHA-256. Give its hexadecimal digits, the first 8 at least.`)
      }
      const hub = await Hub.find(globals(command).paths)
      for await (const row of fileRows(hub, {})) {
        if (row.sha256.startsWith(wanted)) return options.json ? printJson(row) : print(pairs(filePairs(row)))
      }
      throw new Failure(
        'SUNDEW_FILE_UNKNOWN',
        exitCode.finding,
        `no file whose SHA-256 begins with ${wanted} is kept. See what there is: sundew files list`,
      )
    })
}

function exportTo(files: Command): void {
  withFilter(files.command('export').description('files, byte for byte, named by their SHA-256'))
    .requiredOption('-t, --to <folder>', 'where to')
    .argument('[sha256...]', 'only these')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew files export --since 24h --to captured/\n\nThese are what intruders brought: handle them so. They are readable by you alone and never made executable.\n',
    )
    .action(async (wanted: string[], options: FileFilter & { to: string }, command: Command) => {
      for (const sha256 of wanted) {
        if (!/^[0-9a-f]{64}$/i.test(sha256))
          throw usage(`${sha256} is no SHA-256: it should be 64 hexadecimal digits.`)
      }
      const hub = await Hub.find(globals(command).paths)
      await makeFolder(options.to)
      using progress = new Progress('files exported')
      const ids =
        wanted.length > 0 ? Readable.from(wanted.map((text) => text.toLowerCase())) : hashes(hub, options)
      await forEach(ids as AsyncIterable<string>, async (sha256) => {
        const source = checked(await hub.open(`/files/${ownId(sha256)}`), sha256)
        await take(Readable.from(source), options.to, sha256)
        progress.step()
      })
      note(`${countText(progress.count)} files in ${options.to}`)
    })
}

async function* hashes(hub: Hub, filter: FileFilter): AsyncGenerator<string> {
  for await (const row of fileRows(hub, filter)) yield row.sha256
}

/** Passes the bytes on, and fails at their end where they are not those of that name. */
async function* checked(source: AsyncIterable<Uint8Array>, sha256: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of source) {
    hash.update(chunk)
    yield chunk
  }
  const found = hash.digest('hex')
  if (found !== sha256) {
    throw new Failure(
      'SUNDEW_FILE_DAMAGED',
      exitCode.fault,
      `the bytes kept as ${sha256} have the SHA-256 ${found}. The file store is damaged; check the disk.`,
    )
  }
}

function withFilter(command: Command, limit?: number): Command {
  return command
    .option('-a, --address <address>', 'only brought from this address or prefix')
    .option('--since <when>', 'last seen not before: 24h, 14d, 2026-11-25', moment)
    .option('--before <when>', 'last seen before', moment)
    .option('-n, --limit <files>', 'at most so many', wholeNumber(1, 1e9), limit)
}

function fileRows(hub: Hub, filter: FileFilter): AsyncGenerator<FileRow> {
  const { limit, address, since, before } = filter
  return rows<FileRow>(hub, {
    path: '/files',
    query: { address, since, before },
    limit,
    id: (row) => row.sha256,
    time: (row) => row.last_seen,
  })
}

function filePairs(row: FileRow): [string, string][] {
  return [
    ['sha256', row.sha256],
    ['size', `${bytesText(row.size_bytes)} (${countText(row.size_bytes)} bytes)`],
    ['name', row.name],
    ['type claimed', row.mime_claimed],
    ['type detected', row.mime_detected],
    ['brought by', row.source_ip],
    ['via', row.via],
    ['came with', row.origin],
    ['times', countText(row.times)],
    ['first seen', row.first_seen],
    ['last seen', row.last_seen],
  ]
}

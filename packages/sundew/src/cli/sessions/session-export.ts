import { open, rm } from 'node:fs/promises'
import { Option, type Command } from 'commander'
import { Hub } from '../client.ts'
import { usage } from '../failure.ts'
import { globals } from '../globals.ts'
import { wholeNumber } from '../options.ts'
import { note, print } from '../output.ts'
import { writeAll } from '../take.ts'
import { findSession } from './find-session.ts'
import { chosen, findRecordings, recordedEvents, type FoundRecording } from './recordings.ts'
import { ShownText } from './shown-text.ts'

interface ExportOptions {
  readonly format: 'asciicast' | 'text'
  readonly output?: string
  readonly recording?: number
}

/** Adds `sundew sessions export`. */
export function sessionExport(sessions: Command): void {
  sessions
    .command('export')
    .description('a recording as a file for asciinema and its kin, or as text')
    .argument('<id>', 'its id, or the first digits of it')
    .addOption(
      new Option('-f, --format <format>', 'asciicast: version 2; text: what was shown, without what draws')
        .choices(['asciicast', 'text'])
        .default('asciicast'),
    )
    .option('-o, --output <file>', 'a new file; standard output where it is not given')
    .option('-r, --recording <number>', 'which, where the session has several', wholeNumber(1, 1e6))
    .addHelpText(
      'after',
      `
Examples:
  sundew sessions export 019ab2c4-0000 -o intruder.cast
  sundew sessions export 019ab2c4-0000 --format text | less

An asciicast holds what the intruder's terminal was sent as it was: other players obey all of it. "sundew sessions
replay" does not.
`,
    )
    .action(async (id: string, options: ExportOptions, command: Command) => {
      const hub = await Hub.find(globals(command).paths)
      const all = await findRecordings(hub, await findSession(hub, id))
      if (options.recording === undefined && all.length > 1) {
        throw usage(`session ${id} has ${all.length} recordings. Say which: --recording 1`)
      }
      const recording = chosen(all, options.recording ?? 1)
      const lines = options.format === 'text' ? shown(hub, recording) : asciicast(hub, recording)
      if (options.output === undefined) {
        for await (const line of lines) await print(line)
        return
      }
      await toFile(lines, options.output)
      note(`recording in ${options.output}`)
    })
}

/** The pieces on end: only the first one's header stays. */
async function* asciicast(hub: Hub, { pieces }: FoundRecording): AsyncGenerator<string | Uint8Array> {
  for (const [i, sha256] of pieces.entries()) {
    let inHeader = i > 0
    for await (const chunk of (await hub.open(`/files/${sha256}`)) as AsyncIterable<Buffer>) {
      const end = inHeader ? chunk.indexOf('\n') : -1
      if (inHeader && end < 0) continue
      inHeader = false
      yield chunk.subarray(end + 1)
    }
  }
}

async function* shown(hub: Hub, recording: FoundRecording): AsyncGenerator<string> {
  const text = new ShownText()
  for await (const event of recordedEvents(hub, recording)) {
    if (event.type === 'output') yield text.push(event.bytes)
  }
  yield text.end()
}

async function toFile(lines: AsyncIterable<string | Uint8Array>, path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? usage(`--output ${path} is there already. Name another file.`) : error
  })
  try {
    for await (const line of lines) await writeAll(file, [Buffer.from(line as string)])
    await file.close()
  } catch (error) {
    await file.close().catch(() => {})
    await rm(path, { force: true })
    throw error
  }
}

// Writes to a journal under a file size limit of 64 KiB and tells what became of each entry.
import { JournalError, JournalWriter } from '../../src/core/journal/writer.ts'
import { localContext } from '../../src/event/event.ts'

process.on('SIGXFSZ', () => {}) // so that the write fails with EFBIG instead
const [folder = ''] = process.argv.slice(2)
const writer = await JournalWriter.open(folder, { packFromBytes: Infinity })

for (const [message, size] of [
  ['first', 20_000],
  ['second', 20_000],
  ['third', 40_000],
  ['small', 10],
] as const) {
  try {
    await writer.append(
      {
        ...localContext('test', 'journal'),
        id: '019aa000-0000-7000-8000-000000000000',
        time: '2026-11-25T01:08:48.123456789Z',
        kind: 'sensor.status',
        fields: { part: 'journal', state: 'test', message },
      },
      [Buffer.alloc(size)],
      size,
    )
    process.stdout.write(`kept ${message}\n`)
  } catch (error) {
    if (!(error instanceof JournalError)) throw error
    const { code } = error.cause as NodeJS.ErrnoException
    process.stdout.write(`${error.name} ${code} lost ${writer.lostEntries}\n`)
  }
}
await writer.close()

// Writes to a journal until it is killed, and prints each message once it is durable.
import { JournalWriter } from '../../src/core/journal/writer.ts'
import { localContext } from '../../src/event/event.ts'

const [folder = '', round = ''] = process.argv.slice(2)
const writer = await JournalWriter.open(folder, { segmentBytes: 20_000, packFromBytes: 3_000 })

for (let i = 0; i < 100_000; i += 20) {
  await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const message = `round ${round} message ${i + n}`
      await writer.append({
        ...localContext('test', 'journal'),
        id: '019aa000-0000-7000-8000-000000000000',
        time: '2026-11-25T01:08:48.123456789Z',
        kind: 'sensor.status',
        fields: { part: 'journal', state: 'test', message },
      })
      process.stdout.write(`${message}\n`)
    }),
  )
}

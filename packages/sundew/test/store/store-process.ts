/** The store alone in a process, for tests: `node store-process.ts DIRECTORY PORT`. Prints its address, ends on SIGTERM. */
import { startStore } from '../../src/store/store.ts'

const [directory, port] = process.argv.slice(2)
const store = await startStore({
  directory: directory!,
  host: '127.0.0.1',
  port: Number(port ?? 0),
  passwords: { sundew: 'owner secret', reader: 'reader secret' },
  memoryBytes: 1024 * 1024 * 1024,
})
process.stdout.write(`${store.url}\n`)
process.once('SIGTERM', () => {
  void store.close().then(() => process.stdout.write('closed\n'))
})

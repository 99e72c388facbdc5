// A worker whose machines also know a program that burns: it never gives way.
import { parentPort } from 'node:worker_threads'
import { installer } from '../../src/machine/session/install.ts'
import { LocalMachines } from '../../src/machine/session/local-machines.ts'
import type { FromWorker, ToMachines } from '../../src/processes/machines/protocol.ts'
import { ServedSessions } from '../../src/processes/machines/served-sessions.ts'

const install = installer({ secret: 'secret', sourceBytes: 1e7 })
const say = (message: FromWorker) => parentPort!.postMessage(message)
const served = new ServedSessions(
  new LocalMachines({
    keptMs: 1e6,
    totalBytes: 1e8,
    install: async (request) => {
      const installed = await install(request)
      return {
        ...installed,
        run: async ({ argv, stdin, stdout }) => {
          if (argv.at(-1) === 'burn') for (;;);
          if (argv.at(-1) === 'eat') {
            const eaten: string[][] = []
            for (;;) eaten.push(Array.from({ length: 100_000 }, () => 'x'))
          }
          for (;;) {
            const bytes = await stdin.read()
            if (!bytes) return 0
            await stdout.write(bytes)
          }
        },
      }
    },
  }),
  say,
)
parentPort!.on('message', (message: ToMachines) => served.heard(message))
const pulse = () => say({ type: 'pulse', bufferBytes: 0 })
setInterval(pulse, 50)
pulse()

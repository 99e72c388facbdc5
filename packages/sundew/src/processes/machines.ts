import type { Config } from '../config.ts'
import type { FromPart } from '../core/messages.ts'
import { aborted, runPart } from '../core/part.ts'
import { Keeper } from './machines/keeper.ts'
import type { FromMachines, ToMachines } from './machines/protocol.ts'

/** What the supervisor starts the machines with. */
export interface MachinesStart {
  readonly machines: Config['machines']
  readonly secret: string
}

/** The worker's heap, and what its buffers may hold beside it. */
const memory = { heapMegabytes: 384, bufferBytes: 512 * 1024 * 1024 }
/** Workers beside the usual, for sources that broke one twice. */
const solitary = 4

runPart<MachinesStart>('machines', async ({ start, signal, send, hear }) => {
  const { machines, secret } = start
  const say = (body: FromMachines) => send({ type: 'relay', to: 'decoys', body } satisfies FromPart)
  const keeper = new Keeper({
    file: new URL('./machines/worker.ts', import.meta.url),
    workerData: { machines, secret } satisfies MachinesStart,
    workers: machines.workers,
    solitary,
    ...memory,
    send: say,
  })
  hear((message) => {
    if (message.type === 'relay') keeper.heard(message.body as ToMachines)
    else if (message.type === 'peer' && message.state === 'gone') keeper.heard({ type: 'reset' })
  })
  await keeper.start()
  send({ type: 'ready' })
  await aborted(signal)
  await keeper.stop()
})

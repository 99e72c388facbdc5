import { createSocket } from 'node:dgram'
import { createServer, type AddressInfo } from 'node:net'
import type { Config } from '../config.ts'

/** The configuration with every port 0 replaced by a free one, so that a part started again finds its port again. */
export async function withFreePorts(config: Config): Promise<Config> {
  const fixed = structuredClone(config)
  const sections = Object.values(fixed.decoys) as { ports: { port: number }[] }[]
  const specs = [fixed.console, fixed.store, ...sections.flatMap((section) => section.ports)]
  const { flow, syslog } = fixed.collectors
  const collected = [...flow.ports, ...syslog.ports] as { port: number; transport: string }[]
  const streams = [...specs, ...collected.filter(({ transport }) => transport !== 'udp')]
  const open = await Promise.all([
    ...streams.filter(isFree).map(async (spec) => {
      const server = createServer()
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, resolve))
      spec.port = (server.address() as AddressInfo).port
      return () => new Promise((resolve) => server.close(resolve))
    }),
    ...collected
      .filter((spec) => isFree(spec) && spec.transport === 'udp')
      .map(async (spec) => {
        const socket = createSocket('udp6')
        await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(0, resolve))
        spec.port = socket.address().port
        return () => new Promise<void>((resolve) => socket.close(resolve))
      }),
  ])
  // All at once, so that none is given out twice.
  await Promise.all(open.map((close) => close()))
  return fixed
}

function isFree({ port }: { port: number }): boolean {
  return port === 0
}

import { createServer, type AddressInfo } from 'node:net'
import type { Config } from '../config.ts'

/** The configuration with every port 0 replaced by a free one, so that a part started again finds its port again. */
export async function withFreePorts(config: Config): Promise<Config> {
  const fixed = structuredClone(config)
  const sections = Object.values(fixed.decoys) as { ports: { port: number }[] }[]
  const specs = [fixed.console, fixed.store, ...sections.flatMap((section) => section.ports)]
  const open = await Promise.all(
    specs
      .filter((spec) => spec.port === 0)
      .map(async (spec) => {
        const server = createServer()
        await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, resolve))
        spec.port = (server.address() as AddressInfo).port
        return server
      }),
  )
  // All at once, so that none is given out twice.
  await Promise.all(open.map((server) => new Promise((resolve) => server.close(resolve))))
  return fixed
}

import { createServer } from 'node:net'
import type { DecoySection } from '../../config.ts'
import { fail, ok, warn, type Check, type Finding, type Patient } from './check.ts'

/** Every port that the configuration names: free, or ours already. */
export const ports: readonly Check[] = [decoyPorts, ownPorts]

interface Wanted {
  readonly name: string
  readonly key: string
  readonly addresses: readonly string[]
  readonly port: number
}

async function decoyPorts({ config, status }: Patient): Promise<Finding[]> {
  if (!config) return []
  const wanted: Wanted[] = []
  for (const [name, section] of Object.entries(config.decoys as Record<string, DecoySection>)) {
    if (!section.enabled) continue
    for (const { port } of section.ports) {
      wanted.push({ name, key: `decoys.${name}.ports`, addresses: section.addresses ?? config.listen, port })
    }
  }
  const findings: Finding[] = []
  for (const want of wanted) {
    if (status) {
      const ours =
        want.port === 0 || status.listeners.some((at) => at.service === want.name && at.port === want.port)
      findings.push(
        ours
          ? ok(label(want), 'Sundew listens')
          : fail(
              label(want),
              'Sundew runs but does not listen',
              `Free the port ("ss -ltnp" names who has it) or change ${want.key}; then restart Sundew.`,
            ),
      )
    } else findings.push(await free(want))
  }
  return findings
}

async function ownPorts({ config, status }: Patient): Promise<Finding[]> {
  if (!config) return []
  const own: Wanted[] = [
    { name: 'console', key: 'console.port', addresses: [config.console.address], port: config.console.port },
  ]
  if (config.store.url === undefined) {
    own.push({ name: 'store', key: 'store.port', addresses: [config.store.address], port: config.store.port })
  }
  if (!status) return Promise.all(own.map(free))
  const findings = [ok('console', 'answers')]
  if (status.store.reachable) findings.push(ok('store', `answers, ClickHouse ${status.store.version}`))
  else if (status.store.starting) {
    findings.push(
      warn(
        'store',
        `${status.store.url} is starting`,
        'What is caught waits in the journal. Look again in a moment; if it stays so, read what "sundew up" printed.',
      ),
    )
  } else {
    findings.push(
      fail(
        'store',
        `${status.store.url} does not answer`,
        'What is caught waits in the journal. Look at "sundew status" and what "sundew up" printed; for a ClickHouse of your own check store.url and its password.',
      ),
    )
  }
  return findings
}

/** Binds the port for a moment, at each of its addresses. */
async function free(want: Wanted): Promise<Finding> {
  for (const address of want.addresses) {
    const code = await bind(address, want.port)
    switch (code) {
      case undefined:
        break
      case 'EADDRINUSE':
        return fail(
          label(want),
          `another program has it (${address})`,
          `Stop that program ("ss -ltnp" names it), or change ${want.key}.`,
        )
      case 'EACCES':
        return fail(
          label(want),
          'ports below 1024 are forbidden to this user',
          `Choose a high port in ${want.key} and redirect to it in the firewall, or allow it: CAP_NET_BIND_SERVICE.`,
        )
      case 'EADDRNOTAVAIL':
        return fail(
          label(want),
          `${address} is no address of this machine`,
          `Correct the address: ${want.key.replace(/\.ports?$/, '')}, or listen.`,
        )
      default:
        return fail(label(want), `binding ${address} fails (${code})`, `Change ${want.key}, or its address.`)
    }
  }
  return ok(label(want), 'free')
}

function label({ name, port }: Wanted): string {
  return `${name} ${port}`
}

function bind(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

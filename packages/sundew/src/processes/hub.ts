import { readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Config } from '../config.ts'
import type { Layout } from '../core/layout.ts'
import { logFor } from '../core/log.ts'
import { runPart } from '../core/part.ts'
import type { StorePasswords } from '../core/secrets.ts'
import { startHub, type HubSettings } from '../hub/hub.ts'
import { version } from '../version.ts'

/** What the supervisor starts the hub with. */
export interface HubStart {
  readonly config: Config
  readonly paths: Layout
  readonly quotaBytes: number
  readonly passwords: StorePasswords
}

runPart<HubStart>('hub', async ({ start, signal, send, hear }) => {
  const { paths } = start
  const hub = await startHub(await settings(start), {
    signal,
    log: logFor('hub'),
    quota: (quota) => send({ type: 'quota', quota }),
    hear,
    toCollectors: (body) => send({ type: 'relay', to: 'collectors', body }),
  })
  // The command line on this machine trusts the certificate named here, and no other.
  const { tls } = start.config.console
  const running = { url: hub.url, pid: process.pid, ...(tls && { certificate: resolve(tls.certificate) }) }
  await writeFile(paths.hubFile, `${JSON.stringify(running)}\n`, { mode: 0o600 })
  hub.begun.then(
    () => send({ type: 'ready', url: hub.url, notices: hub.notices }),
    () => {}, // `ended` tells why
  )
  await hub.ended
  await rm(paths.hubFile, { force: true })
})

async function settings({ config, paths, quotaBytes, passwords }: HubStart): Promise<HubSettings> {
  const { tls, address, port, hostnames, allow_plain: allowPlain } = config.console
  return {
    sensor: config.sensor,
    version,
    hostname: config.hostname,
    seenAddresses: seenAddresses(config),
    paths,
    publicFolder: join(import.meta.dirname, '..', '..', 'public'),
    console: {
      address,
      port,
      hostnames,
      tls: tls && { certFile: tls.certificate, keyFile: tls.key },
      allowPlain,
    },
    store: await storeAddresses(config, passwords),
    keep: {
      eventsDays: config.keep.events_days,
      mailsDays: config.keep.mails_days,
      filesDays: config.keep.files_days,
      flowDays: {
        flows: config.keep.flows_days,
        flows_1m: config.keep.flows_1m_days,
        flows_5m: config.keep.flows_5m_days,
        flows_1h: config.keep.flows_1h_days,
        addresses_1h: config.keep.addresses_days,
      },
      firewallDays: config.keep.firewall_days,
      quotaBytes,
      sourceShare: config.keep.source_share,
    },
    outputs: config.outputs,
    networks: config.networks,
    scans: config.scans,
    ...(config.plots.daily && { daily: config.plots.daily }),
    intel: config.intel,
  }
}

/** The built-in store's two users; or the one user that the configuration names, asked to be read-only by each query. */
async function storeAddresses(config: Config, passwords: StorePasswords): Promise<HubSettings['store']> {
  const { url, user, password_file: file, database, cluster, address, port } = config.store
  if (url === undefined) {
    const own = { url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`, database }
    return {
      writer: { ...own, user: 'sundew', password: passwords.sundew },
      reader: { ...own, user: 'reader', password: passwords.reader },
      cluster: undefined,
    }
  }
  const password = file === undefined ? '' : (await readFile(file, 'utf8')).trim()
  const theirs = { url, database, user, password }
  return { writer: theirs, reader: theirs, cluster }
}

/** What the SSH decoy tells intruders that our address is: a relay test names it. */
function seenAddresses(config: Config): string[] {
  const { ssh } = config.decoys as Record<string, { tunnels?: { seen_address?: string } }>
  return ssh?.tunnels?.seen_address === undefined ? [] : [ssh.tunnels.seen_address]
}

import { createSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import type { CollectorStatus } from '../../core/collector-messages.ts'
import { bytesText } from '../text.ts'
import { fail, ok, warn, type Finding, type Patient } from './check.ts'

const maxBufferFile = '/proc/sys/net/core/rmem_max'

/** Whether the receive buffers of a collector are as large as they were asked for, or could be. */
export async function bufferFinding(
  service: 'flow' | 'syslog',
  wantedMiB: number,
  sockets: CollectorStatus['sockets'] = [],
): Promise<Finding[]> {
  if (process.platform !== 'linux') return []
  const wanted = Math.round(wantedMiB * 1024 * 1024)
  const got = sockets.map(({ bufferBytes }) => bufferBytes)
  const limit = Number(await readFile(maxBufferFile, 'utf8').catch(() => ''))
  const smallest =
    got.length > 0 ? Math.min(...got) : process.getuid?.() === 0 ? wanted : Math.min(limit, wanted)
  const what = `${service} buffer`
  const found = `${bytesText(smallest)} for each UDP port, ${bytesText(wanted)} asked for`
  if (smallest >= wanted) return [ok(what, found)]
  return [
    warn(
      what,
      `${found}: bursts beyond it are lost`,
      `Allow it: sysctl -w net.core.rmem_max=${wanted} (and in /etc/sysctl.d/ for the next start), then start Sundew again. Or ask for less: collectors.${service}.receive_buffer_mb.`,
    ),
  ]
}

/** Whether the ports of a collector are listened to, or could be. */
export async function collectorPorts(
  service: 'flow' | 'syslog',
  { config, status }: Patient,
): Promise<Finding[]> {
  const settings = config?.collectors[service]
  if (!config || !settings?.enabled) return []
  const findings: Finding[] = []
  for (const { port, transport } of settings.ports) {
    const what = `${service} ${transport} ${port}`
    const kind = transport === 'udp' ? 'udp' : 'tcp'
    if (port === 0) continue
    if (status) {
      const listens = status.listeners.some(
        (at) => at.service === service && at.port === port && at.transport === kind,
      )
      findings.push(
        listens
          ? ok(what, 'Sundew listens')
          : fail(
              what,
              'Sundew runs but does not listen',
              `Free the port ("ss -lntup" names who has it) or change collectors.${service}.ports; then restart Sundew.`,
            ),
      )
      continue
    }
    if (kind === 'tcp') continue
    for (const address of settings.addresses ?? config.listen) {
      const code = await bindUdp(address, port)
      findings.push(
        code === undefined
          ? ok(what, `free (${address})`)
          : fail(
              what,
              `binding ${address} fails (${code})`,
              `Stop the program that has it ("ss -lnup" names it), or change collectors.${service}.ports or collectors.${service}.addresses.`,
            ),
      )
    }
  }
  return findings
}

function bindUdp(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      resolve(error.code ?? error.message)
    })
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(undefined)))
  })
}

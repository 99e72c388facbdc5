import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { readFile } from 'node:fs/promises'
import { NativeReceiver } from '../../collectors/flow/native-receiver.ts'
import { bytesText, countText } from '../text.ts'
import { fail, ok, warn, type Check, type Finding, type Patient } from './check.ts'

/** How flows are received: by what, with which buffers, on which ports, and what was lost. */
export const flows: readonly Check[] = [receiver, receiveBuffer, flowPorts, flowLosses]

const maxBufferFile = '/proc/sys/net/core/rmem_max'

function receiver({ config, status }: Patient): Finding[] {
  if (!config?.collectors.flow.enabled) return []
  const running = status?.flows?.receiver
  if (running === 'recvmmsg' || (running === undefined && NativeReceiver.available))
    return [ok('flow receiver', 'compiled (recvmmsg): many packets a system call')]
  if (process.platform !== 'linux')
    return [ok('flow receiver', 'node:dgram: one packet a system call; the compiled one is for Linux')]
  return [
    warn(
      'flow receiver',
      'node:dgram: one packet a system call, which keeps up with a third to a half of what the compiled one does',
      'Install a C compiler (Debian: apt install gcc libc6-dev), run "npm run prepare", and start Sundew again.',
    ),
  ]
}

async function receiveBuffer({ config, status }: Patient): Promise<Finding[]> {
  if (!config?.collectors.flow.enabled || process.platform !== 'linux') return []
  const wanted = Math.round(config.collectors.flow.receive_buffer_mb * 1024 * 1024)
  const got = status?.flows?.sockets.map(({ bufferBytes }) => bufferBytes) ?? []
  const limit = Number(await readFile(maxBufferFile, 'utf8').catch(() => ''))
  const smallest =
    got.length > 0 ? Math.min(...got) : process.getuid?.() === 0 ? wanted : Math.min(limit, wanted)
  const found = `${bytesText(smallest)} for each UDP port, ${bytesText(wanted)} asked for`
  if (smallest >= wanted) return [ok('flow buffer', found)]
  return [
    warn(
      'flow buffer',
      `${found}: bursts of flows beyond it are lost`,
      `Allow it: sysctl -w net.core.rmem_max=${wanted} (and in /etc/sysctl.d/ for the next start), then start Sundew again. Or ask for less: collectors.flow.receive_buffer_mb.`,
    ),
  ]
}

async function flowPorts({ config, status }: Patient): Promise<Finding[]> {
  const settings = config?.collectors.flow
  if (!config || !settings?.enabled) return []
  const findings: Finding[] = []
  for (const { port, transport } of settings.ports) {
    const what = `flow ${transport} ${port}`
    const kind = transport === 'udp' ? 'udp' : 'tcp'
    if (port === 0) continue
    if (status) {
      const listens = status.listeners.some(
        (at) => at.service === 'flow' && at.port === port && at.transport === kind,
      )
      findings.push(
        listens
          ? ok(what, 'Sundew listens')
          : fail(
              what,
              'Sundew runs but does not listen',
              'Free the port ("ss -lntup" names who has it) or change collectors.flow.ports; then restart Sundew.',
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
              'Stop the program that has it ("ss -lnup" names it), or change collectors.flow.ports or collectors.flow.addresses.',
            ),
      )
    }
  }
  return findings
}

function flowLosses({ status }: Patient): Finding[] {
  const told = status?.flows
  if (!told) return []
  const drops = told.sockets.reduce((sum, { kernelDrops }) => sum + kernelDrops, 0)
  const findings: Finding[] = []
  if (drops > 0) {
    findings.push(
      warn(
        'flow packets',
        `the kernel dropped ${countText(drops)} since the collectors began`,
        'They came faster than they were read: a larger receive buffer (above) bridges bursts; else let exporters sample, or send to a second sensor.',
      ),
    )
  }
  if (told.dropped > 0) {
    findings.push(
      warn(
        'flows kept',
        `${countText(told.dropped)} were decoded and not kept since the collectors began`,
        'More waits for the store than collectors.flow.waiting_mb allows: see the lines about the store and the disk.',
      ),
    )
  }
  return findings.length > 0
    ? findings
    : [ok('flow packets', `none of ${countText(told.packets)} dropped here, ${countText(told.flows)} flows`)]
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

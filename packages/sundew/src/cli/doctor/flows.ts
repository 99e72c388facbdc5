import { NativeReceiver } from '../../collectors/flow/native-receiver.ts'
import { countText } from '../text.ts'
import { ok, warn, type Check, type Finding, type Patient } from './check.ts'
import { bufferFinding, collectorPorts } from './collector-ports.ts'

/** How flows are received: by what, with which buffers, on which ports, and what was lost. */
export const flows: readonly Check[] = [
  receiver,
  receiveBuffer,
  (patient) => collectorPorts('flow', patient),
  flowLosses,
]

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
  if (!config?.collectors.flow.enabled) return []
  const { receive_buffer_mb: wanted } = config.collectors.flow
  return bufferFinding('flow', wanted, status?.flows?.sockets)
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

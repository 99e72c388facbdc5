import type { SyslogSenderStatus } from '../../core/collector-messages.ts'
import { plain } from '../plain.ts'
import { countText, durationText } from '../text.ts'
import { ok, warn, type Check, type Finding, type Patient } from './check.ts'
import { bufferFinding, collectorPorts } from './collector-ports.ts'

/** How syslog of firewalls is received: on which ports, what was lost, and how each sender does. */
export const syslog: readonly Check[] = [
  (patient) => (patient.config?.collectors.syslog.enabled ? collectorPorts('syslog', patient) : []),
  receiveBuffer,
  losses,
  senders,
]

/** Senders that are told of one by one: those in trouble first. */
const mostSenders = 20
/** Of lines, so many that no parser takes are worth a word: one in a hundred. */
const troublingShare = 0.01
/** A clock so far off puts what it tells at a wrong place in any picture. */
const troublingClockMs = 60_000
const minuteMs = 60_000

function receiveBuffer({ config, status }: Patient): Promise<Finding[]> | Finding[] {
  const settings = config?.collectors.syslog
  if (!settings?.enabled || !settings.ports.some(({ transport }) => transport === 'udp')) return []
  return bufferFinding('syslog', settings.receive_buffer_mb, status?.flows?.syslog?.sockets)
}

function losses({ status }: Patient): Finding[] {
  const told = status?.flows?.syslog
  if (!told) return []
  const drops = told.sockets.reduce((sum, { kernelDrops }) => sum + kernelDrops, 0)
  const findings: Finding[] = []
  if (drops > 0)
    findings.push(
      warn(
        'syslog datagrams',
        `the kernel dropped ${countText(drops)} since the collectors began`,
        'They came faster than they were read: a larger receive buffer (above) bridges bursts; TCP loses nothing.',
      ),
    )
  if (told.dropped > 0)
    findings.push(
      warn(
        'firewall rows',
        `${countText(told.dropped)} were read and not kept since the collectors began`,
        'More waits for the store than collectors.syslog.waiting_mb allows: see the lines about the store and the disk.',
      ),
    )
  if (told.strangers > 0)
    findings.push(
      warn(
        'syslog strangers',
        `${countText(told.strangers)} datagrams came from senders that are not on the list`,
        'Add the sender to collectors.syslog.senders, or let it send elsewhere.',
      ),
    )
  return findings
}

function senders({ status }: Patient): Finding[] {
  const told = status?.flows?.syslog
  if (!told) return []
  const findings = told.top.map(ofSender)
  const inTrouble = findings.filter(({ verdict }) => verdict !== 'ok')
  const rest = findings.filter(({ verdict }) => verdict === 'ok')
  return [...inTrouble, ...rest].slice(0, mostSenders)
}

function ofSender(sender: SyslogSenderStatus): Finding {
  const { format, lines, told, unparsed, ignored, aheadMs, zoneMinutes, sample } = sender
  const what = `syslog of ${sender.sender}`
  const found = [
    format === '' ? 'no firewall that is known' : format,
    `${countText(lines)} lines, ${countText(told)} told a packet`,
    ...(ignored > 0 ? [`${countText(ignored)} left out as noise`] : []),
    ...(unparsed > 0 ? [`${countText(unparsed)} could not be read`] : []),
    ...(zoneMinutes ? [zoneText(zoneMinutes)] : []),
  ].join(', ')
  if (unparsed > lines * troublingShare)
    return warn(
      what,
      sample === undefined ? found : `${found}, as: ${plain(sample)}`,
      'See whether its firewall is one of docs/firewalls.md, let it send its firewall log alone, or describe its lines in collectors.syslog.patterns.',
    )
  if (aheadMs !== undefined && Math.abs(aheadMs) > troublingClockMs)
    return warn(
      what,
      `${found}; its clock is ${durationText(Math.abs(aheadMs) / 1000)} ${aheadMs > 0 ? 'ahead' : 'behind'}`,
      'Set its clock (NTP). If it tells the time of another zone without saying so, set collectors.syslog.time_zone.',
    )
  return ok(what, found)
}

/** `seems to be 2 hours ahead of UTC`. */
function zoneText(minutes: number): string {
  return `seems to be ${durationText(Math.abs(minutes * minuteMs) / 1000)} ${minutes > 0 ? 'ahead of' : 'behind'} UTC: its lines tell no zone, and are read by that`
}

import type { SyslogStatus } from '../core/collector-messages.ts'
import { bytesText, countText } from './text.ts'

/** What `sundew status` says of firewalls' logs. */
export function syslogText(syslog: SyslogStatus | undefined): [string, string][] {
  if (!syslog) return []
  const { lines, told, senders, waiting } = syslog
  const drops = syslog.sockets.reduce((sum, { kernelDrops }) => sum + kernelDrops, 0)
  const others = [
    [syslog.ignored, 'left out as noise'],
    [syslog.other, 'of other things'],
    [syslog.unparsed, 'that could not be read'],
    [syslog.cut, 'too long'],
    [syslog.dropped, 'not kept for want of room'],
    [drops, 'datagrams dropped by the kernel'],
    [syslog.strangers, 'datagrams of strangers'],
  ] as const
  return [
    [
      'firewalls',
      [
        `${countText(told)} packets told in ${countText(lines)} lines of ${countText(senders)} senders since the collectors began`,
        ...others.filter(([count]) => count > 0).map(([count, what]) => `${countText(count)} ${what}`),
        ...(waiting.bytes > 0 ? [`${bytesText(waiting.bytes)} wait for the store`] : []),
      ].join(', '),
    ],
  ]
}

import type { WatchStatus } from '../core/collector-messages.ts'
import { countText } from './text.ts'

/** What `sundew status` says of logs and dnstap. */
export function watchText(watch: WatchStatus | undefined): [string, string][] {
  if (!watch) return []
  const { logs, dnstap, events, untold } = watch
  const sum = (of: (log: WatchStatus['logs'][number]) => number) =>
    logs.reduce((all, log) => all + of(log), 0)
  const unread = sum(({ malformed, tooLong }) => malformed + tooLong)
  const troubled = logs.filter(({ trouble }) => trouble !== undefined).length
  const parts = [
    ...(logs.length > 0
      ? [
          `${countText(logs.filter(({ open }) => open).length)} followed, ${countText(sum(({ lines }) => lines))} lines since the collectors began`,
        ]
      : []),
    ...(unread > 0 ? [`${countText(unread)} lines could not be read`] : []),
    ...(troubled > 0 ? [`${countText(troubled)} files cannot be read`] : []),
    ...(dnstap
      ? [`${countText(dnstap.frames)} dnstap frames of ${countText(dnstap.clients)} name servers`]
      : []),
    `${countText(events)} matches`,
    ...(untold > 0 ? [`${countText(untold)} not told, as there were too many`] : []),
  ]
  return [['logs', parts.join(', ')]]
}

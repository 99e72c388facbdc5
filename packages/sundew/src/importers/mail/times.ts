/** What may tell when a stored message came, milliseconds since the Unix epoch. */
export interface MailTimes {
  /** The `From ` line of an mbox. */
  readonly fromLineMs: number | undefined
  /** The file's name, without folders. */
  readonly name: string
  readonly maildir: boolean
  readonly receivedMs: number | undefined
  readonly dateMs: number | undefined
  /** When the file was last written. */
  readonly writtenMs: number
}

/** Earlier than any Internet mail, or nonsense. */
const firstMs = Date.UTC(1971, 0, 1)

/**
 * When a message came, by whoever had the least reason to make it up: who stored it (mbox line, Maildir's name, the name
 * that `sundew mail export` gave it), then the topmost Received, then the sender's Date, then the file's own time. What
 * lies in the future or before 1971 is passed over.
 */
export function mailTime(times: MailTimes, nowMs: number): number {
  const { fromLineMs, name, maildir, receivedMs, dateMs, writtenMs } = times
  const told = [fromLineMs, maildir ? maildirMs(name) : exportedMs(name), receivedMs, dateMs, writtenMs]
  return told.find((ms) => ms !== undefined && ms >= firstMs && ms <= nowMs) ?? nowMs
}

/** `1764032928.M1P2.host:2,S`: seconds since the Unix epoch. */
function maildirMs(name: string): number | undefined {
  const seconds = /^(\d{8,11})\./.exec(name)?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}

/** `20261125T010848Z-<id>.eml` */
function exportedMs(name: string): number | undefined {
  const stamp = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-[0-9a-f-]{36}\.eml$/.exec(name)
  if (!stamp) return undefined
  const [year, month, day, hour, minute, second] = stamp.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

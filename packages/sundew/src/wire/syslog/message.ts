/** Facilities by the names that syslog.conf(5) has for them (RFC 5424 §6.2.1, table 1). */
export const facilities = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
] as const
export const localFacilities = [
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const
export type Facility = (typeof facilities)[number] | (typeof localFacilities)[number]

/** Severities of RFC 5424 §6.2.1, table 2. */
export const syslogSeverity = { critical: 2, error: 3, warning: 4, notice: 5, info: 6 } as const

export interface SyslogMessage {
  readonly facility: Facility
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number
  /** RFC 3339 in UTC, ending in `Z`. */
  readonly time: string
  readonly hostname: string
  readonly appName: string
  /** What kind of message it is, for receivers that sort by it; RFC 5424 only. */
  readonly messageId: string
  /** One line of text: no control characters. */
  readonly text: string
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const bom = '\ufeff'
const plainAscii = /^[\x20-\x7e]*$/

/** A message of RFC 5424 §6: no structured data; a byte order mark before text that is not ASCII (§6.4), and only there. */
export function rfc5424(message: SyslogMessage): string {
  const { time, hostname, appName, messageId, text } = message
  // At most six digits of a second (§6.2.3).
  const stamp = time.replace(/(\.\d{6})\d+Z$/, '$1Z')
  const header = `<${priority(message)}>1 ${stamp} ${word(hostname, 255)} ${word(appName, 48)} - ${word(messageId, 32)} -`
  return `${header} ${plainAscii.test(text) ? '' : bom}${text}`
}

/** A message as RFC 3164 §4.1 tells them: local habits of 2001, kept by what reads no other. The time is UTC, without its year. */
export function rfc3164(message: SyslogMessage): string {
  const { time, hostname, appName, text } = message
  const month = months[Number(time.slice(5, 7)) - 1] ?? 'Jan'
  const day = String(Number(time.slice(8, 10))).padStart(2)
  return `<${priority(message)}>${month} ${day} ${time.slice(11, 19)} ${word(hostname, 255)} ${word(appName, 32)}: ${text}`
}

/** Octet counting of RFC 6587 §3.4.1 and RFC 5425 §4.3: the length in bytes before each message. */
export function octetCounted(message: string): string {
  return `${Buffer.byteLength(message)} ${message}`
}

function priority({ facility, severity }: SyslogMessage): number {
  const local = (localFacilities as readonly string[]).indexOf(facility)
  const code = local < 0 ? (facilities as readonly string[]).indexOf(facility) : 16 + local
  return code * 8 + severity
}

/** PRINTUSASCII without blanks, so long at most; `-` where nothing is left (§6.2). */
function word(text: string, most: number): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, most) || '-'
}

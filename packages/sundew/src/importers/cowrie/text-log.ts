import { lineText, pythonReprBytes } from '../../wire/cowrie/python-repr.ts'
import { timeOf, type CowrieRecord } from './record.ts'

/** What a line of `cowrie.log`, or of the syslog of 2016, is. */
export type TextLine =
  | { readonly is: 'record'; readonly record: CowrieRecord }
  /** A line of Cowrie's that tells no event. */
  | { readonly is: 'other' }
  | { readonly is: 'foreign' }

/** Connections whose number is not known yet, remembered. */
const mostOpened = 10_000
/** Python's `repr` of bytes, as far as a line has it. */
const repr = String.raw`b'(?:[^'\\]|\\.)*'|b"(?:[^"\\]|\\.)*"`

type Fields = Record<string, unknown>

/** Forms of a message, newest of a kind first, and the event that it tells. */
const forms: readonly (readonly [RegExp, string, (match: RegExpExecArray) => Fields])[] = [
  [
    new RegExp(String.raw`^login attempt \[(${repr})/(${repr})\] (succeeded|failed)$`, 's'),
    'login',
    ([, user, password, how]) => ({ username: said(user), password: said(password), how }),
  ],
  [
    /^login attempt \[([^/]*)\/(.*)\] (succeeded|failed)$/s,
    'login',
    ([, username, password, how]) => ({ username, password, how }),
  ],
  [/^CMD: (.*)$/s, 'command.input', ([, input]) => ({ input })],
  [/^INPUT \(([\w.-]{1,64})\): (.*)$/s, 'session.input', ([, realm, input]) => ({ realm, input })],
  [
    /^direct-tcp connection request to (.{1,255}):(\d{1,5})(?: from (\S{1,255}):(\d{1,5}))?$/,
    'direct-tcpip.request',
    ([message, dst_ip, dst_port]) => ({ dst_ip, dst_port, message }),
  ],
  [
    /^(?:discarded )?direct-tcp forward(?: request)?(?: \d+)? to (.{1,255}?):(\d{1,5}) with data (.*)$/s,
    'direct-tcpip.data',
    ([, dst_ip, dst_port, data]) => ({ dst_ip, dst_port, data }),
  ],
  [
    new RegExp(
      String.raw`^public key attempt for user (${repr}|.*) of type (${repr}|\S*) with fingerprint ([\w:+/=-]{1,128})$`,
      's',
    ),
    'client.fingerprint',
    ([, user, type, fingerprint]) => ({ username: said(user), type: said(type), fingerprint }),
  ],
  [
    /^Downloaded URL \((.*)\) with SHA-256 ([0-9a-f]{64}) to .*$/s,
    'session.file_download',
    ([, url, shasum]) => ({ url, shasum }),
  ],
  [
    /^(?:SFTP|SCP) Uploaded file "(.*)" to (?:.*\/)?([0-9a-f]{64})$/s,
    'session.file_upload',
    ([message, filename, shasum]) => ({ filename, shasum, message }),
  ],
  [
    new RegExp(String.raw`^Remote SSH version: (${repr}|.*)$`, 's'),
    'client.version',
    ([, v]) => ({ version: said(v) }),
  ],
  [/^SSH client hassh fingerprint: ([0-9a-f]{32})$/, 'client.kex', ([, hassh]) => ({ hassh })],
  [
    /^Connection lost after (\d{1,9}) (seconds|milliseconds)$/,
    'session.closed',
    ([, count, unit]) => ({ duration_ms: Number(count) * (unit === 'seconds' ? 1000 : 1) }),
  ],
]

/** Reads text logs line by line. What it makes are records as `cowrie.json` has them. */
export class TextLog {
  /** Sessions announced by a source whose connection's number is not known yet. */
  readonly #opened = new Map<string, string>()
  readonly #names = new Map<string, string>()
  #ms: number

  /** @param writtenMs when the file was last written: what lines without a time are of */
  constructor(writtenMs: number) {
    this.#ms = writtenMs
  }

  read(line: string): TextLine {
    // Time, or what a syslog daemon wrote before; then who logs.
    const parts =
      /^(?:(\d{4}-\d\d-\d\d[T ]\S{8,40}) |[^[]{0,200}\bcowrie(?:\[\d+\])?: )\[([^\]]{1,400})\] (.*)$/s.exec(
        line,
      )
    if (!parts) return { is: 'foreign' }
    const [, time, who = '', message = ''] = parts
    if (time !== undefined) {
      const ms = timeOf(time)
      if (ms === undefined) return { is: 'foreign' }
      this.#ms = ms
    }
    const opened =
      /^New connection: (\S{1,64}):(\d{1,5}) \((\S{1,64}):(\d{1,5})\) \[session: (\w{1,40})\]$/.exec(message)
    if (opened) return this.#open(opened, who)
    const from = /(\w{1,64}Transport),(\d{1,12}),([^\s,\]]{1,64})/.exec(who)
    if (!from) return { is: 'other' }
    for (const [form, eventid, fieldsOf] of forms) {
      const match = form.exec(message)
      if (match) return this.#record(eventid, fieldsOf(match), from)
    }
    return { is: 'other' }
  }

  #open([, src_ip, src_port, dst_ip, dst_port, session]: RegExpExecArray, who: string): TextLine {
    this.#opened.set(src_ip!, session!)
    forgetOldest(this.#opened)
    const protocol = /telnet/i.test(who) ? 'telnet' : 'ssh'
    const fields = { src_ip, src_port, dst_ip, dst_port, session, protocol }
    return { is: 'record', record: { eventid: 'cowrie.session.connect', ms: this.#ms, fields } }
  }

  #record(eventid: string, fields: Fields, [name, transport, , src_ip]: RegExpExecArray): TextLine {
    const protocol = /telnet/i.test(transport!) ? 'telnet' : 'ssh'
    const event =
      eventid === 'login' ? `login.${fields['how'] === 'succeeded' ? 'success' : 'failed'}` : eventid
    const session = this.#nameOf(name, src_ip!)
    const record = {
      eventid: `cowrie.${event}`,
      ms: this.#ms,
      fields: { ...fields, session, src_ip, protocol },
    }
    return { is: 'record', record }
  }

  /** What the log calls the session: the id it was announced with, where it was, or else the connection's number and source. */
  #nameOf(number: string, source: string): string {
    let name = this.#names.get(number)
    if (name === undefined) {
      name = this.#opened.get(source) ?? number
      this.#opened.delete(source)
      this.#names.set(number, name)
      forgetOldest(this.#names)
    }
    return name
  }
}

/** What stands in a message as bytes of Python's, or as text. */
function said(text = ''): string {
  return /^b['"]/.test(text) ? lineText(pythonReprBytes(text)) : text
}

function forgetOldest(map: Map<string, string>): void {
  if (map.size <= mostOpened) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}

import { shownField } from './shown-field.ts'

/** One ball of Logstalgia's: who threw it, at what, and what became of it. Texts may be anything that a peer sent. */
export interface Ball {
  /** ms since 1970. */
  readonly at: number
  /** On the left: an address. */
  readonly host: string
  /** On the right: `TCP:22`, or the name that somebody tried to log in with. */
  readonly path: string
  /** Shown where it hits: a password. */
  readonly code: string
  /** Its size grows with the logarithm; bytes. */
  readonly size: number
  /** The paddle stops it. */
  readonly stopped: boolean
  /** Of the code that is shown: `D55E00`. */
  readonly colour: string
  /** Which paddle it is for, with `--paddle-mode vhost`: the sensor, the firewall. */
  readonly vhost?: string | undefined
  /** The same with `--paddle-mode pid`: the service, the interface. */
  readonly pid?: string | undefined
}

/** Characters of a field at most: what one line of a picture shows. A line stays within 512 bytes, which a pipe takes whole. */
const most = { host: 64, path: 64, code: 32, vhost: 64, pid: 32 } as const
/** 2106, where 32 bits end: no time that is told is later. */
const lastSecond = 0xffff_ffff

/**
 * A line of Logstalgia's custom format (its README, "Custom Log Format"), with its line feed:
 * `timestamp|hostname|path|code|size|success|colour`, and `|referrer|user agent|vhost|pid` where the last two are known.
 *
 * Logstalgia drops a line with more fields, without host or path, or of the second 0, and says nothing; so none of these is made,
 * whatever the texts are.
 */
export function logstalgiaLine({ at, host, path, code, size, stopped, colour, vhost, pid }: Ball): string {
  const second = Math.min(lastSecond, Math.max(1, Math.floor(at / 1000))) || 1
  const bytes = Math.min(0x7fff_ffff, Math.max(1, Math.floor(size))) || 1
  const line = [
    second,
    shownField(host, most.host),
    shownField(path, most.path),
    shownField(code, most.code),
    bytes,
    stopped ? 1 : 0,
    colour,
  ].join('|')
  const known = [vhost ? shownField(vhost, most.vhost) : '', pid ? shownField(pid, most.pid) : '']
  return known.join('') === '' ? `${line}\n` : `${line}|||${known.join('|')}\n`
}

import type { FirewallRow } from '../../../src/collectors/syslog/firewall-row.ts'
import type { FirewallSink, LineAbout } from '../../../src/collectors/syslog/firewall-sink.ts'

/** A row as a test asks for it. */
export interface Noted {
  readonly time: number
  readonly received: number
  readonly sender: readonly number[]
  readonly device: string
  readonly format: string
  readonly rule: string
  readonly source: readonly number[]
  readonly destinationPort: number
}

/** A sink that keeps what it is told, and has room as it is set. */
export class NotedRows implements FirewallSink {
  readonly rows: Noted[] = []
  readonly counts = { rows: 0, dropped: 0, listed: 0 }
  room: Promise<void> | undefined

  take(row: FirewallRow, line: Uint8Array, about: LineAbout): void {
    this.counts.rows++
    const text = (bytes: Uint8Array, from: number, to: number) =>
      Buffer.from(bytes.slice(from, to)).toString('latin1')
    this.rows.push({
      time: about.time,
      received: about.received,
      sender: [...about.sender],
      device: about.device.to > 0 ? text(about.device.bytes, about.device.from, about.device.to) : '',
      format: about.format,
      rule: text(line, row.rule.from, row.rule.to),
      source: [...row.source],
      destinationPort: row.destinationPort,
    })
  }

  settled(): Promise<void> {
    return Promise.resolve()
  }
}

/** A line of MikroTik's about a packet to this port. */
export function mikrotikLine(port: number, source = '203.0.113.9', flags = 'SYN'): string {
  return `drop-in input: in:ether1 out:(unknown 0), connection-state:new proto TCP (${flags}), ${source}:40000->192.0.2.1:${port}, len 60`
}

/** One of iptables, as the kernel logs it. */
export function netfilterLine(port: number): string {
  return `[12.5] DROP IN=eth0 OUT= MAC= SRC=203.0.113.9 DST=192.0.2.1 LEN=60 TOS=0x00 PREC=0x00 TTL=50 ID=1 DF PROTO=TCP SPT=40000 DPT=${port} WINDOW=1 RES=0x00 SYN URGP=0 `
}

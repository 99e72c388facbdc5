import { run } from '../../bench/lib/processes.ts'
import type { E2eContext } from '../check.ts'

/** What every collector can tell of a flow, in one line: addresses, ports, protocol, packets, bytes. */
export type FlowLine = string

const line = (...cells: readonly unknown[]): FlowLine => cells.join(' ')

/** The flows in nfcapd's files, as nfdump tells them, sorted. */
export async function linesOfNfdump(folder: string): Promise<FlowLine[]> {
  const csv = await run('nfdump', ['-R', folder, '-q', '-o', 'csv'])
  return csv
    .split('\n')
    .map((text) => text.split(','))
    .filter(([time]) => /^\d{4}-/.test(time ?? ''))
    .map(([, , , source, destination, sourcePort, destinationPort, protocol, , , , packets, bytes]) =>
      line(source, destination, sourcePort, icmp(destinationPort!), number(protocol!), packets, bytes),
    )
    .sort()
}

/** The flows in the store that the condition holds for, sorted. */
export async function linesOfStore({ query }: E2eContext, where: string): Promise<FlowLine[]> {
  const address = (column: string) => `replaceOne(toString(${column}), '::ffff:', '')`
  const rows = await query(
    `SELECT concatWithSeparator(' ', ${address('source_ip')}, ${address('destination_ip')}, toString(source_port),
       toString(destination_port), toString(protocol), toString(raw_packets), toString(raw_bytes)) AS line
     FROM flows WHERE ${where}`,
  )
  return rows.map((row) => String(row['line'])).sort()
}

const protocols: Readonly<Record<string, number>> = { ICMP: 1, TCP: 6, UDP: 17, ICMP6: 58 }

function number(protocol: string): number {
  return protocols[protocol] ?? Number(protocol)
}

/** nfdump tells ICMP's type and code as `3.3` where others have a port. */
function icmp(port: string): number {
  const [type, code] = port.split('.')
  return code === undefined ? Number(port) : Number(type) * 256 + Number(code)
}

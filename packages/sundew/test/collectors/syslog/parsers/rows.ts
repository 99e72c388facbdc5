import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { FirewallRow } from '../../../../src/collectors/syslog/firewall-row.ts'
import type { FirewallParser } from '../../../../src/collectors/syslog/parser.ts'
import { formatAddress } from '../../../../src/match/parse-address.ts'
import { complete, rowOf, type Told } from './conformance.ts'

export const port = fc.integer({ min: 0, max: 65_535 })
/** A name as rules, zones and interfaces have them, with no word in it that says what a rule does. */
export const name = fc.stringMatching(/^[a-z]{2}[0-9]{1,3}(-[a-z]{2}[0-9])?$/)
const word = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff_ffff }))
const address4 = word.map((value) => formatAddress([0, 0, 0xffff, value]))
const address6 = fc
  .tuple(fc.integer({ min: 1, max: 0xffff_ffff }), word, word, word)
  .map((words) => formatAddress(words))

/** Both ends and the protocol of a packet: what no firewall leaves out. */
export type Packet = Required<
  Pick<Told, 'source' | 'destination' | 'sourcePort' | 'destinationPort' | 'protocol' | 'tcpFlags'>
>

/** Packets of TCP, UDP, ICMP and of protocols without ports, of both IP versions. */
export const packets: fc.Arbitrary<Packet> = fc.boolean().chain((six) => {
  const ends = { source: six ? address6 : address4, destination: six ? address6 : address4 }
  const none = fc.constant(0)
  return fc.oneof(
    fc.record({
      ...ends,
      sourcePort: port,
      destinationPort: port,
      protocol: fc.constant(6),
      tcpFlags: fc.integer({ min: 0, max: 63 }),
    }),
    fc.record({
      ...ends,
      sourcePort: port,
      destinationPort: port,
      protocol: fc.constant(17),
      tcpFlags: none,
    }),
    fc.record({
      ...ends,
      sourcePort: none,
      destinationPort: port,
      protocol: fc.constant(six ? 58 : 1),
      tcpFlags: none,
    }),
    fc.record({
      ...ends,
      sourcePort: none,
      destinationPort: none,
      protocol: fc.constantFrom(47, 50, 89, 112),
      tcpFlags: none,
    }),
  )
})

/** A row's values as arbitraries that are always those, to be made a record with more. */
export function fixed(packet: Packet): { [Key in keyof Packet]: fc.Arbitrary<Packet[Key]> } {
  return {
    source: fc.constant(packet.source),
    destination: fc.constant(packet.destination),
    sourcePort: fc.constant(packet.sourcePort),
    destinationPort: fc.constant(packet.destinationPort),
    protocol: fc.constant(packet.protocol),
    tcpFlags: fc.constant(packet.tcpFlags),
  }
}

/** The names of set TCP flags, the lowest bit first. */
export function flagNames(flags: number): string[] {
  return ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'].filter((_, bit) => (flags & (1 << bit)) !== 0)
}

/** TCP flags by their letters, as BSD's tools write them. */
export function flagLetters(flags: number): string {
  return Array.from('FSRPAU')
    .filter((_, bit) => (flags & (1 << bit)) !== 0)
    .join('')
}

/** Whether a packet has ports: it is TCP's or UDP's. */
export function hasPorts({ protocol }: { readonly protocol: number }): boolean {
  return protocol === 6 || protocol === 17
}

export function isIcmp({ protocol }: { readonly protocol: number }): boolean {
  return protocol === 1 || protocol === 58
}

/** What a parser reads of any row that was written in its form is that row. */
export function readsWhatIsWritten<Row extends Told>(
  parser: FirewallParser,
  rows: fc.Arbitrary<Row>,
  write: (row: Row) => string,
): void {
  it('reads what was written, of any packet', () => {
    const row = new FirewallRow()
    fc.assert(
      fc.property(rows, (told) => {
        const line = Buffer.from(write(told))
        assert.ok(parser.accepts(line, 0, line.length), line.toString())
        row.clear()
        assert.equal(parser.parse(line, 0, line.length, row), 'told', line.toString())
        assert.deepEqual(rowOf(row, line), complete(told), line.toString())
      }),
      { numRuns: 300 },
    )
  })
}

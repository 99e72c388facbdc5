import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { FlowColumns } from '../../../src/wire/flow/columns.ts'
import type { FlowColumnName } from '../../../src/wire/flow/layout.ts'
import { readFrame } from '../../../src/wire/packet/headers.ts'
import type { Link } from '../../../src/wire/packet/link.ts'

const hex = (text: string): Uint8Array => Buffer.from(text.replace(/[\s|]/g, ''), 'hex')

function read(bytes: Uint8Array, link: Link = 'ethernet') {
  const columns = new FlowColumns(1)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const facts = { ...readFrame(view, 0, bytes.length, link, columns, 0) }
  columns.rows = 1
  const address = (name: 'source_ip' | 'destination_ip') =>
    Buffer.from(columns.cells(name).slice(0, 4).buffer).toString('hex')
  const number = (name: FlowColumnName) => columns.cells(name)[0]
  return { columns, facts, address, number }
}

const macs = '0200000000aa 0200000000bb'
const tcp = 'd431 0016 00000001 00000000 5002 ffff 0000 0000'
const ipv4 = (protocol: string, payload: string, flags = '4000') => {
  const bytes = 20 + hex(payload).length
  return `45 b8 ${bytes.toString(16).padStart(4, '0')} 1234 ${flags} 40 ${protocol} 0000 c0000201 c6336402 ${payload}`
}
const mapped = '00000000000000000000ffff'

describe('headers of a frame', () => {
  test('Ethernet with a VLAN tag, IPv4 and TCP: everything is read into its column', () => {
    const { facts, address, number, columns } = read(hex(`${macs} 8100 6064 0800 ${ipv4('06', tcp)} 0000`))
    assert.equal(address('source_ip'), `${mapped}c0000201`)
    assert.equal(address('destination_ip'), `${mapped}c6336402`)
    const names = ['source_port', 'destination_port', 'protocol', 'tcp_flags', 'tos', 'ttl', 'vlan'] as const
    assert.deepEqual(names.map(number), [0xd431, 22, 6, 2, 0xb8, 64, 100])
    assert.deepEqual([number('ethernet_type'), number('fragment_id')], [0x0800, 0x1234])
    assert.deepEqual([...columns.cells('source_mac')], [0xbb, 0x0200])
    assert.deepEqual([...columns.cells('destination_mac')], [0xaa, 0x0200])
    // The two bytes that pad the frame are not the packet's.
    assert.deepEqual([facts.version, facts.ipBytes, facts.end - facts.payload], [4, 40, 0])
  })

  test('two VLAN tags: the outer one counts', () => {
    assert.equal(read(hex(`${macs} 88a8 0007 8100 0009 0800 ${ipv4('06', tcp)}`)).number('vlan'), 7)
  })

  test('MPLS: the top label, and the packet below the stack', () => {
    const { number } = read(hex(`${macs} 8847 00064040 00065140 ${ipv4('06', tcp)}`))
    assert.deepEqual([number('mpls_label'), number('destination_port')], [100, 22])
  })

  test('PPPoE, SNAP, cooked, loopback, PPP and bare packets lead to the same packet', () => {
    const packet = ipv4('06', tcp)
    for (const [link, frame] of [
      ['ethernet', `${macs} 8864 1100 0001 0030 0021 ${packet}`],
      ['ethernet', `${macs} 0030 aaaa03 000000 0800 ${packet}`],
      ['sll', `0000 0001 0006 0200000000bb 0000 0800 ${packet}`],
      ['sll2', `0800 0000 00000002 0001 00 06 0200000000bb 0000 ${packet}`],
      ['null', `02000000 ${packet}`],
      ['ppp', `ff03 0021 ${packet}`],
      ['ip', packet],
    ] as const)
      assert.equal(read(hex(frame), link).number('destination_port'), 22, link)
  })

  test('IPv6 with extension headers: the protocol is the one behind them', () => {
    const packet = `6a012345 0010 00 40 20010db8000000000000000000000001 20010db8000000000000000000000002 11 00 000000000000 0035 9000 0008 0000`
    const { address, number, columns } = read(hex(packet), 'ip')
    assert.equal(address('source_ip'), '20010db8000000000000000000000001')
    assert.deepEqual(
      [number('protocol'), number('source_port'), number('tos'), number('flow_label'), columns.wide],
      [17, 53, 0xa0, 0x12345, true],
    )
  })

  test('a later fragment has no ports, ICMP has type and code', () => {
    const fragment = read(hex(ipv4('11', '00350035', '2001')), 'ip')
    assert.deepEqual([fragment.facts.laterFragment, fragment.number('source_port')], [true, 0])
    assert.equal(read(hex(ipv4('01', '0301 0000 0000 0000')), 'ip').number('destination_port'), 0x0301)
  })

  test('a packet cut short keeps what was captured, and its own length', () => {
    const whole = hex(ipv4('06', tcp))
    const { facts, number } = read(whole.subarray(0, 24), 'ip')
    assert.deepEqual([facts.ipBytes, number('destination_port'), number('tcp_flags')], [40, 22, 0])
  })

  test('whatever the bytes, nothing is thrown and nothing outside them is told', () => {
    const links: Link[] = ['ethernet', 'ip', 'sll', 'sll2', 'null', 'ppp']
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(...links), (bytes, link) => {
        const { facts } = read(bytes, link)
        assert.ok(facts.end <= bytes.length && facts.transport <= facts.end && facts.payload <= facts.end)
      }),
      { numRuns: 3_000 },
    )
  })

  test('attacker bytes: tags, labels and extension headers without end', () => {
    for (const frame of [
      `${macs} ${'8100 0001'.repeat(300)}`,
      `${macs} 8847 ${'00064040'.repeat(300)}`,
      `60000000 ffff 00 40 ${'00'.repeat(32)} ${'00 00 000000000000'.repeat(400)}`,
      `4f 00 0014 0000 0000 40 06 0000 00000000 00000000`,
      `40 00 0014 0000 0000 40 06 0000 00000000 00000000`,
    ])
      for (const layer of ['ethernet', 'ip'] as const)
        assert.equal(read(hex(frame), layer).number('source_port'), 0)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NfdumpCsv } from '../../../src/importers/flows/nfdump-csv.ts'
import { columnWords, formatColumnAddress, parseAddress } from '../../../src/match/parse-address.ts'
import { FlowColumns } from '../../../src/wire/flow/columns.ts'

// As nfdump 1.7.1 writes them.
const names =
  'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln,ismc,odmc,idmc,osmc,mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,mpls10,cl,sl,al,ra,eng,exid,tr'
const zeros = '0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0'
const tcp = `2021-11-09 16:36:52,2021-11-09 16:36:52,0.291,109.71.162.196,91.173.97.224,443,31641,TCP,...A..S.,64,72,2,5000000000,1,40,353,304,64500,64501,24,13,0,1,192.0.2.1,252.223.0.0,7,8,02:00:00:00:00:bb,02:00:00:00:00:aa,00:00:00:00:00:00,00:00:00:00:00:00,100-0-1,${zeros},    0.000,    0.000,    0.000,127.0.0.1,1/0,1,2026-11-25 17:11:48.539`
const icmp = `2021-11-09 16:36:52,2021-11-09 16:36:52,0.000,2001:db8::1,2001:db8::2,0,3.4,ICMP6,........,0,0,3,555,0,0,0,0,0,0,0,0,0,0,0.0.0.0,0.0.0.0,0,0,00:00:00:00:00:00,00:00:00:00:00:00,00:00:00:00:00:00,00:00:00:00:00:00,0-0-0,${zeros},    0.000,    0.000,    0.000,127.0.0.1,1/0,1,2026-11-25 17:11:48.600`

function read(...lines: readonly string[]) {
  const columns = new FlowColumns(8)
  const csv = new NfdumpCsv({ columns, full: () => columns.clear() }, (text) => {
    const words = parseAddress(text)
    return words && columnWords(words)
  })
  for (const line of lines) csv.line(line)
  const number64 = (name: 'time' | 'flow_start' | 'raw_bytes' | 'source_mac', row = 0) =>
    columns.cells(name)[row * 2]! + columns.cells(name)[row * 2 + 1]! * 2 ** 32
  return { csv, columns, number64 }
}

describe('what nfdump says of a flow', () => {
  test('is read into its columns, times as UTC', () => {
    const { csv, columns, number64 } = read(names, tcp)
    assert.deepEqual([columns.rows, csv.malformed], [1, 0])
    assert.equal(formatColumnAddress(columns.cells('source_ip'), 0), '109.71.162.196')
    assert.equal(formatColumnAddress(columns.cells('next_hop'), 0), '192.0.2.1')
    assert.equal(formatColumnAddress(columns.cells('exporter_ip'), 0), '127.0.0.1')
    assert.deepEqual(
      [number64('flow_start'), number64('time'), number64('raw_bytes'), number64('source_mac')],
      [Date.UTC(2021, 10, 9, 16, 36, 52), Date.UTC(2026, 10, 25, 17, 11, 48, 539), 5e9, 0x02_00_00_00_00_bb],
    )
    const small = [
      'duration_ms',
      'source_port',
      'destination_port',
      'protocol',
      'tcp_flags',
      'tos',
      'vlan',
      'post_vlan',
      'mpls_label',
      'source_as',
      'direction',
      'forwarding_status',
    ] as const
    assert.deepEqual(
      small.map((name) => columns.cells(name)[0]),
      [291, 443, 31641, 6, 18, 72, 7, 8, 100, 64500, 1, 64],
    )
    assert.equal(columns.cells('reverse_packets')[0], 1)
  })

  test('of ICMP has type and code, and IPv6 is read', () => {
    const { columns } = read(names, icmp)
    assert.equal(formatColumnAddress(columns.cells('destination_ip'), 0), '2001:db8::2')
    assert.deepEqual([columns.cells('protocol')[0], columns.cells('destination_port')[0]], [58, 0x0304])
  })

  test('names its protocol, or gives the number of one without a name', () => {
    const called = ['UDP', 'ICMP6', 'UDP-L', 'MPLS', 'SCTP', 'TP++', '253', 'nonsense']
    const { columns } = read(names, ...called.map((name) => tcp.replace('TCP', name)))
    assert.deepEqual(Array.from(columns.cells('protocol')), [17, 58, 136, 137, 132, 39, 253, 0])
  })

  test('in another order of columns is the same', () => {
    const turned = (line: string) => line.split(',').toReversed().join(',')
    const { columns } = read(turned(names), turned(tcp))
    assert.deepEqual([columns.rows, columns.cells('destination_port')[0]], [1, 31641])
  })

  test('ends at the summary; lines that are none are counted; columns that are missing are told', () => {
    const { csv, columns } = read(
      names,
      tcp,
      tcp.replace('2021-11-09', '147416-03-31'),
      'nonsense',
      '',
      'Summary',
      'flows,bytes',
      '1,2',
    )
    assert.deepEqual([columns.rows, csv.malformed], [1, 2])
    assert.deepEqual(read('firstSeen,duration', tcp).csv.missing, [
      'ts',
      'te',
      'sa',
      'da',
      'pr',
      'ipkt',
      'ibyt',
    ])
  })
})

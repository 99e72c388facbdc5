import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SyslogHeader } from '../../../src/wire/syslog/header.ts'
import { rfc3164, rfc5424, type SyslogMessage } from '../../../src/wire/syslog/message.ts'

const now = Date.UTC(2026, 10, 25, 12)
const header = new SyslogHeader()

function read(line: string) {
  const bytes = Buffer.from(line, 'latin1')
  header.read(bytes, 0, bytes.length, now)
  return {
    priority: header.priority,
    time: Number.isNaN(header.time) ? '' : new Date(header.time).toISOString(),
    host: line.slice(header.hostFrom, header.hostTo || header.hostFrom),
    tag: line.slice(header.tagFrom, header.tagTo || header.tagFrom),
    message: line.slice(header.messageFrom),
  }
}

const ten = '2026-11-25T10:00:05.000Z'
const mikrotik = 'firewall,info forward: in:bridge out:ether1'
/** Line; priority, time, host, tag, message. */
const dialects: readonly (readonly [string, number, string, string, string, string])[] = [
  // RFC 3164 §5.4
  ["<34>Nov 25 10:00:05 mymachine su: 'su root' failed", 34, ten, 'mymachine', 'su', "su: 'su root' failed"],
  [
    '<13>Nov  5 10:00:05 10.0.0.99 Use the BFG!',
    13,
    '2026-11-05T10:00:05.000Z',
    '10.0.0.99',
    '',
    'Use the BFG!',
  ],
  // RFC 5424 §6.5
  [
    "<34>1 2026-11-25T10:00:05.003Z mymachine.example.com su - ID47 - \xef\xbb\xbf'su root' failed",
    34,
    '2026-11-25T10:00:05.003Z',
    'mymachine.example.com',
    'su',
    "'su root' failed",
  ],
  [
    '<165>1 2026-11-25T10:00:05.000003-07:00 192.0.2.1 myproc 8710 - - %% It is time.',
    165,
    '2026-11-25T17:00:05.000Z',
    '192.0.2.1',
    'myproc',
    '%% It is time.',
  ],
  [
    '<165>1 2026-11-25T10:00:05Z host evntslog - ID47 [a@1 iut="3" x="\\"]\\\\"][b@2 c="]"] an entry',
    165,
    ten,
    'host',
    'evntslog',
    'an entry',
  ],
  [`<4>1 2026-11-25T10:00:05Z gw kernel - - -  [12.5] IN=`, 4, ten, 'gw', 'kernel', '[12.5] IN='],
  ['<14>1 - - - - - - bare', 14, '', '', '', 'bare'],
  ['<14>1 2026-11-25T10:00:05Z gw CEF:0|v|p|1|2|3|4|', 14, ten, 'gw', 'CEF', 'CEF:0|v|p|1|2|3|4|'],
  [
    '<134>1 1764064805.5 fw flows src=1.2.3.4',
    134,
    '2025-11-25T10:00:05.500Z',
    'fw',
    '',
    'flows src=1.2.3.4',
  ],
  // Without a priority, a host or a time
  [`Nov 25 10:00:05 gw ${mikrotik}`, -1, ten, 'gw', '', mikrotik],
  [`<134>Nov 25 10:00:05 ${mikrotik}`, 134, ten, '', '', mikrotik],
  [`2026-11-25T10:00:05+00:00 10.120.127.1 ${mikrotik}`, -1, ten, '10.120.127.1', '', mikrotik],
  [`2026-11-25 10:00:05 ${mikrotik}`, -1, ten, '', '', mikrotik],
  [mikrotik, -1, '', '', '', mikrotik],
  [`gw ${mikrotik}`, -1, '', 'gw', '', mikrotik],
  [`<134>gw ${mikrotik}`, 134, '', 'gw', '', mikrotik],
  ['<6>kernel: [12.5] IN=eth0', 6, '', '', 'kernel', 'kernel: [12.5] IN=eth0'],
  ['<134>Nov 25 10:00:05 filterlog[812]: 5,,,1', 134, ten, '', 'filterlog', 'filterlog[812]: 5,,,1'],
  ['<134>Nov 25 10:00:05 2001:db8::1 filterlog: 5,', 134, ten, '2001:db8::1', 'filterlog', 'filterlog: 5,'],
  ['<134>CEF:0|v|p|1|2|3|4|', 134, '', '', 'CEF', 'CEF:0|v|p|1|2|3|4|'],
  [
    '<189>date=2026-11-25 time=10:00:05 devname="f"',
    189,
    '',
    '',
    '',
    'date=2026-11-25 time=10:00:05 devname="f"',
  ],
  ['<14>Nov 25 10:00:05 PA-220 1,2026/11/25 10:00:05,0', 14, ten, 'PA-220', '', '1,2026/11/25 10:00:05,0'],
  // Cisco
  [
    '<189>123: *Nov 25 10:00:05.123 UTC: %SEC-6-X: y',
    189,
    '2026-11-25T10:00:05.123Z',
    '',
    '%SEC-6-X',
    '%SEC-6-X: y',
  ],
  ['<189>123: r1: Nov 25 10:00:05: %SEC-6-X: y', 189, ten, 'r1', '%SEC-6-X', '%SEC-6-X: y'],
  ['<166>Nov 25 2026 10:00:05: %ASA-6-1: x', 166, ten, '', '%ASA-6-1', '%ASA-6-1: x'],
  ['<166>Nov 25 2026 10:00:05 fw1 : %ASA-6-1: x', 166, ten, 'fw1', '%ASA-6-1', '%ASA-6-1: x'],
  ['<166>:Nov 25 10:00:05 UTC: %ASA-6-1: x', 166, ten, '', '%ASA-6-1', '%ASA-6-1: x'],
  ['<166>2026-11-25T10:00:05Z fw1 : %FTD-6-1: x', 166, ten, 'fw1', '%FTD-6-1', '%FTD-6-1: x'],
  ['<166>%ASA-6-1: x', 166, '', '', '%ASA-6-1', '%ASA-6-1: x'],
  // A relay before the device
  ['<134>Nov 25 11:00:00 relay Nov 25 10:00:05 fw x: y', 134, ten, 'fw', 'x', 'x: y'],
  [
    '<134>Nov 25 11:00:00 relay 2026-11-25T10:00:05Z %ASA-6-1: x',
    134,
    ten,
    'relay',
    '%ASA-6-1',
    '%ASA-6-1: x',
  ],
  [
    '<190>Nov 25 11:00:00 r1 636: .Nov 25 10:00:05 EDT: %SEC-6-X: y',
    190,
    ten,
    'r1',
    '%SEC-6-X',
    '%SEC-6-X: y',
  ],
  // What is no header
  ['<192>x: y', -1, '', '', 'x', 'x: y'],
  ['<1234>x', -1, '', '', '', '<1234>x'],
  ['<>x', -1, '', '', '', '<>x'],
  ['<13', -1, '', '', '', '<13'],
  ['', -1, '', '', '', ''],
]

describe('the header of a line of syslog', () => {
  for (const [line, priority, time, host, tag, message] of dialects) {
    it(`is read of ${JSON.stringify(line)}`, () => {
      assert.deepEqual(read(line), { priority, time, host, tag, message })
    })
  }

  it('says where structured data is told of, for firewalls that tell all in it', () => {
    const line =
      '<14>1 2026-11-25T10:00:05Z srx RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636 source-address="1.2.3.4"]'
    read(line)
    assert.equal(
      line.slice(header.structuredFrom),
      'RT_FLOW_SESSION_DENY [junos@2636 source-address="1.2.3.4"]',
    )
    assert.equal(line.slice(header.messageFrom), '')
    read('<14>1 2026-11-25T10:00:05Z srx RT_FLOW - - - x')
    assert.equal(header.structuredFrom, -1)
  })

  it('says whether a program with a number wrote it', () => {
    for (const [line, numbered] of [
      ['<38>Nov 25 10:00:05 box sshd[12]: Invalid user x', true],
      ['<38>1 2026-11-25T10:00:05Z box sshd 12 - - Invalid user x', true],
      ['<4>Nov 25 10:00:05 box kernel: x', false],
      ['<4>1 2026-11-25T10:00:05Z box kernel - - - x', false],
      ['<4>Nov 25 10:00:05 box x[y]: z', false],
    ] as const) {
      read(line)
      assert.equal(header.numbered, numbered, line)
    }
  })

  const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/)
  const written = fc.record({
    facility: fc.constant('local4' as const),
    severity: fc.nat({ max: 7 }),
    time: fc
      .date({ min: new Date(Date.UTC(2026, 0, 1)), max: new Date(now), noInvalidDate: true })
      .map((date) => date.toISOString()),
    hostname: name,
    appName: name,
    messageId: name,
    text: fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((text) => text.trim() === text),
  }) satisfies fc.Arbitrary<SyslogMessage>

  it('that our own output writes is read, of either RFC', () => {
    fc.assert(
      fc.property(written, (sent) => {
        const priority = 20 * 8 + sent.severity
        const { time, hostname: host, appName: tag, text } = sent
        assert.deepEqual(read(rfc5424(sent)), { priority, time, host, tag, message: text })
        const second = `${time.slice(0, 19)}.000Z`
        assert.deepEqual(read(rfc3164(sent)), {
          priority,
          time: second,
          host,
          tag,
          message: `${tag}: ${text}`,
        })
      }),
    )
  })

  it('is read of any bytes: spans are within, and nothing is thrown', () => {
    const word = fc.constantFrom(
      ...dialects.map(([line]) => line),
      '<13>1 - - - - [',
      '<13>1 ',
      '123: ',
      '[a b="\\',
      '*',
      ':',
    )
    const noise = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
    })
    fc.assert(
      fc.property(fc.array(fc.oneof(word, noise), { maxLength: 4 }), fc.nat(), fc.nat(), (words, a, b) => {
        const bytes = Buffer.from(words.join(''), 'latin1')
        const [from, to] = [a % (bytes.length + 1), b % (bytes.length + 1)].toSorted((x, y) => x - y) as [
          number,
          number,
        ]
        header.read(bytes, from, to, now)
        assert.ok(header.messageFrom >= from && header.messageFrom <= to)
        for (const [start, end] of [
          [header.hostFrom, header.hostTo],
          [header.tagFrom, header.tagTo],
        ] as const)
          assert.ok(end === 0 || (start >= from && start < end && end <= to))
        assert.ok(
          header.structuredFrom === -1 || (header.structuredFrom >= from && header.structuredFrom < to),
        )
      }),
    )
  })
})

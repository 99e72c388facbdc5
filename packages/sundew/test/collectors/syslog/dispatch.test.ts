import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Dispatch } from '../../../src/collectors/syslog/dispatch.ts'
import { Noise } from '../../../src/collectors/syslog/noise.ts'
import { firewallParsers } from '../../../src/collectors/syslog/parsers/index.ts'
import { LineSender } from '../../../src/collectors/syslog/sender.ts'
import { Unparsed } from '../../../src/collectors/syslog/unparsed.ts'
import { mikrotikLine, netfilterLine, NotedRows } from './noted.ts'

const now = Date.UTC(2026, 10, 25, 12, 0, 0, 250)

function dispatch(zone?: string) {
  const sink = new NotedRows()
  const noise = new Noise({ inside: true, answers: true, networks: ['10.0.0.0/8', '2001:db8:1::/48'] })
  const sender = new LineSender(new Uint32Array(4), true)
  const line = new Dispatch({
    parsers: firewallParsers,
    own: [],
    sink,
    noise,
    unparsed: new Unparsed(() => {}),
    zone,
  })
  const send = (text: string | Uint8Array, received = now) => {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text
    line.line(bytes, 0, bytes.length, sender, received)
    const { lines, told, other, unparsed, ignored } = sender
    assert.equal(lines, told + other + unparsed + ignored)
    return sink.rows.at(-1)
  }
  return { sink, sender, send, dispatch: line }
}

describe('the way of a line', () => {
  it('has its time, device, format and rule, whichever header it has', () => {
    const { send } = dispatch()
    const headers = [
      ['<134>Nov 25 11:59:58 gw ', 'gw', now - 2_250],
      ['<134>1 2026-11-25T11:59:58.5Z gw - - - - ', 'gw', now - 1_750],
      ['<134>1 2026-11-25T11:59:58.5Z gw app - - [timeQuality tzKnown="1"] ', 'gw', now - 1_750],
      ['2026-11-25T12:59:58+01:00 10.1.2.3 firewall,info ', '10.1.2.3', now - 2_250],
      ['firewall,info ', '', now],
      ['', '', now],
    ] as const
    for (const [index, [header, device, time]] of headers.entries()) {
      const row = send(header + mikrotikLine(index + 1))
      assert.deepEqual(
        [row?.destinationPort, row?.device, row?.time, row?.format, row?.rule],
        [index + 1, device, time, 'mikrotik', 'drop-in input'],
        header,
      )
    }
  })

  it('goes on with another parser where the sender has more than one', () => {
    const { send, sender } = dispatch()
    assert.equal(send(`<4>Nov 25 12:00:00 box kernel: ${netfilterLine(22)}`)?.format, 'netfilter')
    assert.equal(send(`<4>Nov 25 12:00:00 box ${mikrotikLine(23)}`)?.format, 'mikrotik')
    assert.equal(send(`<4>Nov 25 12:00:00 box kernel: ${netfilterLine(24)}`)?.destinationPort, 24)
    assert.equal(sender.told, 3)
  })

  it('is not believed where another program writes down what a stranger said', () => {
    const { send, sender, sink } = dispatch()
    send(`<38>Nov 25 12:00:00 box sshd[12]: Invalid user ${netfilterLine(22)} from 192.0.2.7`)
    send(`<38>Nov 25 12:00:00 box unknownd[12]: ${mikrotikLine(22)}`)
    send(`<38>1 2026-11-25T12:00:00Z box sshd 12 - - Invalid user ${mikrotikLine(22)}`)
    send(`<190>Nov 25 12:00:00 web nginx: 192.0.2.7 "GET /?${mikrotikLine(22)} HTTP/1.1" 404`)
    assert.deepEqual([sink.rows.length, sender.other, sender.unparsed], [0, 3, 1])
  })

  it('is not believed where another firewall’s line holds what a stranger said', () => {
    const { send, sink } = dispatch()
    for (const usual of ['', `<4>Nov 25 12:00:00 box kernel: ${netfilterLine(1)}`, mikrotikLine(1)]) {
      if (usual !== '') send(usual)
      sink.rows.length = 0
      for (const said of [netfilterLine(22), mikrotikLine(22)])
        for (const line of [
          `<166>Nov 25 12:00:00 fw : %ASA-6-605004: Login denied from 192.0.2.7/1 to inside:192.0.2.1/ssh for user "${said}"`,
          `<189>date=2026-11-25 time=12:00:00 devname="f" type="utm" subtype="webfilter" url="http://x/?a ${said}"`,
          `<14>Nov 25 12:00:00 PA-220 1,2026/11/25 12:00:00,0,THREAT,url,1,2026/11/25 12:00:00,"${said}"`,
          `<189>123: Nov 25 12:00:00: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: ${said}]`,
          `<13>Nov 25 12:00:00 web httpd: 192.0.2.7 "GET / HTTP/1.1" 404 "${said}"`,
          `<86>1 2026-11-25T12:00:00Z gw sshd - - - Invalid user ${said}`,
          `<134>Nov 25 12:00:00 gw login failure for user ${said} from 192.0.2.7 via ssh`,
        ]) {
          send(line)
          assert.deepEqual(sink.rows, [], line)
        }
    }
  })

  it('may have a prefix that ends in a colon, and a chain or a few words behind it', () => {
    const { send, sink } = dispatch()
    const mikrotik = 'in:ether1 out:(unknown 0), proto UDP, 203.0.113.9:1->192.0.2.1:53, len 60'
    const netfilter = netfilterLine(22).slice(netfilterLine(22).indexOf('IN='))
    for (const line of [
      `<134>Nov 25 12:00:00 gw BLOCK: input: ${mikrotik}`,
      `Nov 25 12:00:00 BLOCK: input: ${mikrotik}`,
      `BLOCK: input: ${mikrotik}`,
      `gw MikroTik: firewall,info BLOCK: input: ${mikrotik}`,
      `<4>Nov 25 12:00:00 gw FW: DROP INPUT ${netfilter}`,
      `<4>Nov 25 12:00:00 gw DROP: input ${netfilter}`,
      `<4>Nov 25 12:00:00 gw iptables: DROP ${netfilter}`,
      `<4>Nov 25 12:00:00 gw nf: [123.456] DROP ${netfilter}`,
      `<4>Nov 25 12:00:00 gw Shorewall:net2fw:DROP:${netfilter}`,
    ]) {
      const before = sink.rows.length
      send(line)
      assert.equal(sink.rows.length, before + 1, line)
    }
  })

  it('of a journal is not believed of a program with a number', () => {
    const { sink, sender, dispatch: way } = dispatch()
    const bytes = Buffer.from(`gwsshd[12]: Invalid user ${netfilterLine(25)}`)
    way.entry(bytes, 0, 2, bytes.length, now - 5, sender, now)
    assert.deepEqual([sink.rows.length, sender.other], [0, 1])
  })

  it('ends where the source is inside, or TCP only answers', () => {
    const { send, sender, sink } = dispatch()
    send(mikrotikLine(22, '10.1.2.3'))
    send(mikrotikLine(22, '203.0.113.9', 'RST'))
    send(mikrotikLine(22, '203.0.113.9', 'ACK,FIN'))
    send(mikrotikLine(22, '[2001:db8:1::5]'))
    assert.deepEqual([sink.rows.length, sender.ignored], [0, 4])
    send(mikrotikLine(22, '203.0.113.9', 'FIN'))
    send(mikrotikLine(22, '[2001:db8:2::5]'))
    assert.equal(sink.rows.length, 2)
  })

  it('is told in the zone that its clock has shown, or in the one that is configured', () => {
    const guessed = dispatch()
    assert.equal(guessed.send(`Nov 25 14:00:00 gw ${mikrotikLine(22)}`)?.time, now)
    assert.equal(guessed.send(`Nov 25 13:50:00 gw ${mikrotikLine(22)}`)?.time, now - 250 - 600_000)
    assert.equal(guessed.sender.zone.offset, 7_200_000)
    const configured = dispatch('Asia/Tokyo')
    assert.equal(configured.send(`Nov 25 20:00:00 gw ${mikrotikLine(22)}`)?.time, now - 250 - 3_600_000)
    assert.equal(configured.sender.zone.known, false)
  })

  it('has the time of its receipt where it tells no year and lies more than a day ahead', () => {
    const { send } = dispatch()
    assert.equal(send(`<134>Nov 27 12:00:00 gw ${mikrotikLine(22)}`)?.time, now)
    assert.equal(send(`<134>Sep  1 12:00:00 gw ${mikrotikLine(22)}`)?.time, Date.UTC(2026, 8, 1, 12))
  })

  it('has the time of its receipt where it tells of 1970 or 2106', () => {
    const { send } = dispatch()
    for (const time of ['1970-01-01T00:00:00Z', '2106-02-07T06:28:16Z', '0', 'Jan  1 00:00:00'])
      assert.equal(send(`<134>${time} gw ${mikrotikLine(22)}`)?.time, now)
  })

  it('of a journal has the journal’s time and host', () => {
    const { sink, sender, dispatch: way } = dispatch()
    const bytes = Buffer.from(`gwkernel: ${netfilterLine(25)}`)
    way.entry(bytes, 0, 2, bytes.length, now - 5, sender, now)
    const [row] = sink.rows
    assert.deepEqual([row?.device, row?.time, row?.destinationPort], ['gw', now - 5, 25])
  })

  it('of a file has the file for its device where it tells none, and may be of last year', () => {
    const { sink, sender, dispatch: way } = dispatch('UTC')
    const file = Buffer.from('/var/log/fw.log')
    for (const header of ['2019-11-25 10:00:00 firewall,info ', '2019-11-25T10:00:00Z gw ']) {
      const bytes = Buffer.from(header + mikrotikLine(22))
      assert.equal(way.filed(bytes, 0, bytes.length, sender, file, now), 'told')
    }
    assert.deepEqual(
      sink.rows.map(({ device, time }) => [device, time]),
      [
        ['/var/log/fw.log', Date.UTC(2019, 10, 25, 10)],
        ['gw', Date.UTC(2019, 10, 25, 10)],
      ],
    )
  })

  it('is counted once, whatever its bytes, and has a device of 255 bytes at most', () => {
    const { send, sink } = dispatch()
    const start = fc.constantFrom(
      `<134>Nov 25 12:00:00 ${'h'.repeat(255)} `,
      `<134>1 2026-11-25T12:00:00Z ${'h'.repeat(300)} a - - - `,
      '<134>Nov 25 12:00:00 \x1b[2Jg|w\xff\xfe ',
      `__CURSOR= `,
    )
    const body = fc.oneof(
      fc.constant(mikrotikLine(22)),
      fc.constant(netfilterLine(22)),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(start, body), { maxLength: 4 }), (parts) => {
        send(parts.join(''))
        assert.ok((sink.rows.at(-1)?.device.length ?? 0) <= 255)
      }),
    )
  })

  it('of 64 KiB of the words that parsers look for is counted as any other', () => {
    const { send, sender } = dispatch()
    for (const word of ['a ', '<', '[a="', 'IN=', ' in:', '1 ', 'x: ', 'src=1.2.3.4 '])
      send(word.repeat(65_536 / word.length))
    assert.equal(sender.lines, 8)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { flowBall, loginBall, packetBall, portPath } from '../../../src/outputs/logstalgia/balls.ts'
import { logstalgiaLine } from '../../../src/outputs/logstalgia/line.ts'
import { takenByLogstalgia, takenForWebLog } from './taken.ts'

const login = {
  at: 1_454_690_993_000,
  source: '121.170.193.173',
  user: 'ts',
  password: 'ts',
  how: 'password',
  accepted: false,
} as const

/** What a peer may have chosen: text of any characters, bytes read as Latin-1, and what means something to somebody. */
const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc
    .array(
      fc.constantFrom(
        '|',
        '||',
        '\n',
        '\r\n',
        ' ',
        '\\',
        '\x1b[2J',
        '\0',
        'é',
        '汉',
        '"',
        '[',
        ']',
        'a',
        '…',
      ),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    '',
    ' ',
    '|'.repeat(65_536),
    'x'.repeat(65_536),
    '\x80'.repeat(65_536),
    'a b c [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 5',
  ),
)
const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -1, Number.NaN, Infinity, 4_294_967_296_000),
)

describe('a line for Logstalgia', () => {
  it('is taken by it, whatever the texts and numbers are', () => {
    fc.assert(
      fc.property(
        fc.record({
          at: anyNumber,
          host: anything,
          path: anything,
          code: anything,
          size: anyNumber,
          stopped: fc.boolean(),
          colour: fc.constant('D55E00'),
          vhost: fc.option(anything, { nil: undefined }),
          pid: fc.option(anything, { nil: undefined }),
        }),
        (ball) => {
          const line = logstalgiaLine(ball)
          assert.match(line, /^[\x20-\x7e]{1,511}\n$/)
          const taken = takenByLogstalgia(line)
          assert.ok(taken)
          assert.equal(taken.success, ball.stopped)
          assert.equal(taken.colour, 'D55E00')
          assert.ok(taken.size > 0 && taken.second > 0)
          assert.ok(!takenForWebLog(line))
        },
      ),
    )
  })

  it('tells two names apart that are no longer than it shows', () => {
    const name = fc.string({
      unit: fc.constantFrom('|', 'a', ' ', '\n', 'é', '\0'),
      maxLength: 8,
      minLength: 1,
    })
    const pathOf = (user: string) => takenByLogstalgia(logstalgiaLine(loginBall({ ...login, user })))?.path
    fc.assert(
      fc.property(name, name, (one, other) => {
        assert.equal(pathOf(one) === pathOf(other), one === other)
      }),
    )
  })

  it('of a failed login is as the first scripts had it, with a colour behind', () => {
    assert.equal(logstalgiaLine(loginBall(login)), '1454690993|121.170.193.173|ts|ts|20|1|E69F00\n')
  })

  it('of a login that was let in goes past the paddle', () => {
    const line = logstalgiaLine(loginBall({ ...login, accepted: true, sensor: 'alpha', service: 'ssh' }))
    assert.equal(line, '1454690993|121.170.193.173|ts|ts|20|0|CC79A7|||alpha|ssh\n')
  })

  it('of an empty name says so, since Logstalgia drops a line without one', () => {
    assert.equal(takenByLogstalgia('1454690993|192.0.2.1||x|20|1|E69F00'), undefined)
    const taken = takenByLogstalgia(logstalgiaLine(loginBall({ ...login, user: '', password: '' })))
    assert.deepEqual([taken?.path, taken?.code], ['(empty)', '(empty)'])
  })

  it('of a key says which, in place of a password', () => {
    const line = logstalgiaLine(loginBall({ ...login, password: undefined, how: 'publickey ssh-rsa' }))
    assert.equal(line.split('|')[3], 'publickey ssh-rsa')
  })

  it('has controls, bars, quotes and what is no ASCII as \\xNN', () => {
    const line = logstalgiaLine(loginBall({ ...login, user: 'a|b"c\n\x1b[2Jü ', password: '  ' }))
    assert.equal(
      line,
      '1454690993|121.170.193.173|a\\x7cb\\x22c\\x0a\\x1b[2J\\xc3\\xbc\\x20|\\x20\\x20|20|1|E69F00\n',
    )
  })

  it('is cut where a text is long, never within a character', () => {
    const [, , path] = logstalgiaLine(loginBall({ ...login, user: `ab${'ü'.repeat(9000)}` })).split('|')
    assert.equal(path, `ab${'\\xc3\\xbc'.repeat(7)}...`)
  })

  it('of a packet names protocol and port as the groups of the first posts begin', () => {
    const packet = {
      at: 1_454_791_356_000,
      source: '38.71.2.11',
      protocol: 1,
      destinationPort: 8 * 256,
    } as const
    assert.equal(
      logstalgiaLine(packetBall({ ...packet, fate: 'block' })),
      '1454791356|38.71.2.11|ICMP:8/0|200|10|1|D55E00\n',
    )
    assert.equal(
      logstalgiaLine(packetBall({ ...packet, fate: 'allow', device: 'gw', inInterface: 'ether1' })),
      '1454791356|38.71.2.11|ICMP:8/0|pass|10|0|009E73|||gw|ether1\n',
    )
    assert.equal(takenByLogstalgia(logstalgiaLine(packetBall({ ...packet, fate: 'other' })))?.success, true)
    assert.deepEqual(
      [
        [6, 22],
        [17, 53],
        [58, 0x8000],
        [47, 0],
        [200, 0],
      ].map(([protocol, port]) => portPath(protocol!, port!)),
      ['TCP:22', 'UDP:53', 'ICMP6:128/0', 'GRE', 'IP:200'],
    )
  })

  it('of a flow has its bytes as the size and its receiver where it passes', () => {
    const flow = {
      at: 1_454_791_356_000,
      source: '192.0.2.1',
      destination: '2001:db8::1',
      protocol: 6,
      destinationPort: 443,
      bytes: 123_456,
    }
    assert.equal(logstalgiaLine(flowBall(flow)), '1454791356|192.0.2.1|TCP:443|2001:db8::1|123456|0|56B4E9\n')
  })
})

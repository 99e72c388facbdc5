import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byteStringOf } from '../../../src/event/bytes.ts'
import { readMail } from '../../../src/hub/enrich/mime.ts'
import { probeReasons, type Known } from '../../../src/hub/enrich/probe.ts'

const known: Known = {
  addresses: ['29.152.8.175', '2001:db8::25'],
  hostnames: ['mail.pond.example'],
  credentials: [
    { user: 'sales', password: 'Winter2026' },
    { user: 'a', password: 'b' },
  ],
}

function reasons(raw: string, mailFrom = 'a@a.example', rcptTo = ['b@b.example']): string[] {
  const facts = readMail(Buffer.from(raw))
  return probeReasons({ facts, mailFrom: byteStringOf(mailFrom), rcptTo: rcptTo.map(byteStringOf) }, known)
}

const tail = `${'words '.repeat(20_000)}\r\n`
const rules: [name: string, raw: string, reason: string][] = [
  ['dotted in the subject', 'Subject: 29.152.8.175 ok\r\n\r\nhi', 'own-address'],
  ['dotted, with a port, in the last lines of a long text', `\r\n${tail}29.152.8.175:25\r\n`, 'own-address'],
  ['IPv6', '\r\nvia [2001:db8::25]', 'own-address'],
  ['reversed', '\r\n175.8.152.29.dnsbl', 'own-address-reversed'],
  ['decimal', '\r\nid 496502959', 'own-address-decimal'],
  ['hex in a header, with one digit more and a port', 'X-Info: 1D9808AFD:8080\r\n\r\nhi', 'own-address-hex'],
  ['hex after 0x', '\r\n0x1d9808af', 'own-address-hex'],
  ['base64', `\r\n${Buffer.from('29.152.8.175').toString('base64')}`, 'own-address-base64'],
  [
    'base64 in the middle of more',
    `\r\n${Buffer.from('ip=29.152.8.175;ok').toString('base64')}`,
    'own-address-base64',
  ],
  [
    'base64, other offset',
    `\r\n${Buffer.from('ip:=29.152.8.175;ok').toString('base64')}`,
    'own-address-base64',
  ],
  ['hostname', 'Subject: MAIL.pond.example works\r\n\r\n', 'own-hostname'],
  ['credentials', '\r\nhost|25|sales|Winter2026', 'own-credentials'],
  ['tester header', 'X-SpamInfo: FortiGuard\r\n\r\n', 'tester-header'],
  ['tester subject', 'Subject: Open relay test\r\n\r\n', 'tester-subject'],
  ['subject of an address and more', 'Subject: 192.0.2.7:25|user|pass\r\n\r\n', 'tester-subject'],
]
for (const [name, raw, reason] of rules)
  test(`a probe: ${name}`, () => assert.ok(reasons(raw).includes(reason), String(reasons(raw))))

test('a probe: mail to oneself', () => {
  assert.deepEqual(reasons('\r\nhi', '<Me@x.example>', ['me@X.example']), ['to-self'])
  assert.deepEqual(reasons('\r\nhi', 'me@x.example', ['me@x.example', 'you@x.example']), [])
  assert.deepEqual(reasons('\r\nhi', '', ['']), [])
})

const innocent: [name: string, raw: string][] = [
  ['a longer address that holds ours', '\r\n129.152.8.175 and 29.152.8.1755 and 29.152.8.175.9'],
  ['a longer number', '\r\n14965029591'],
  ['a hash that holds our hex', '\r\ndeadbeef1d9808afcafebabe'],
  ['a longer host name', '\r\nmymail.pond.example mail.pond.example.org'],
  ['a user name without its password', '\r\nour sales have begun'],
  ['a password of one letter', '\r\na b'],
  ['ordinary spam', 'Subject: Testing your luck? Relay this offer\r\nX-Mailer: PHP\r\n\r\nBuy now'],
]
for (const [name, raw] of innocent) test(`no probe: ${name}`, () => assert.deepEqual(reasons(raw), []))

test('whatever is sent, reasons are found without a throw, each once', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('29.152.8.175', '.', '1d9808af', 'X-a: ', '\r\n', 'sales', 'Winter2026', 'Subject: '),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.string(), (pieces, from) => {
      const found = reasons(pieces.join(''), from, [from])
      assert.equal(new Set(found).size, found.length)
    }),
  )
})

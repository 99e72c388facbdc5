import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import PostalMime from 'postal-mime'
import { byteStringOf } from '../../../src/event/bytes.ts'
import { explain } from '../../../src/core/log.ts'
import { selfSigned, type Pem } from '../../../src/decoys/certificate-maker.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { digestMail } from '../../../src/outputs/mail/digest.ts'
import { mail } from '../../../src/outputs/mail/mail.ts'
import { conforms, outputHost } from '../conformance.ts'
import { eventOf, matchOf } from '../events.ts'
import { TestRelay, type RelayOptions } from './relay.ts'

const to = ['owner@example.net']

conforms(mail, {
  working: async () => {
    const relay = await TestRelay.start()
    return { config: { port: relay.port, to }, [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() }
  },
  broken: async () => ({ to: [] }),
})

let folder: string
let pem: Pem
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-mail-'))
  pem = await selfSigned('localhost')
  await writeFile(join(folder, 'ca.pem'), pem.certificate)
  await writeFile(join(folder, 'password'), 'sesame\n')
})
after(() => rm(folder, { recursive: true }))

const tls = (implicit = false) => ({ cert: pem.certificate, key: pem.key, implicit })

/** Sends through a relay; what it was told, or the fault. */
async function through(options: RelayOptions, given: object, events: readonly SundewEvent[] = [matchOf()]) {
  await using relay = await TestRelay.start(options)
  const config = mail.config.parse({ host: 'localhost', port: relay.port, to, ...given })
  const told: string[] = []
  const host = outputHost(folder, { told, destinations: mail.destinations!(config) })
  const fault = await mail
    .open(config, host)
    .send(events)
    .then(
      () => '',
      (error: unknown) => explain(error),
    )
  return {
    commands: relay.commands,
    messages: relay.messages,
    told,
    fault,
  }
}

describe('warnings by mail', () => {
  test('of a log say what was met, where it is listed, and what the name server did', async () => {
    const observed = byteStringOf('www.bad.example\n')
    const seen = { observed, matched_ip: '', indicator: 'bad.example', blocked: 'nxdomain' }
    const { messages } = await through({}, {}, [matchOf(seen)])
    const { subject = '' } = await PostalMime.parse(messages[0]!)
    assert.ok(
      subject.endsWith('10.0.0.5 met www.bad.example\\x0a (bad.example is on botnet, nxdomain)'),
      subject,
    )
  })

  test('are handed to the relay in one message, which a mail reader understands', async () => {
    const events = [matchOf({ severity: 'low' }), matchOf({ titles: ['Süßes "x"'] })]
    const { commands, messages, fault } = await through({}, { subject: '[Büro]' }, events)
    assert.equal(fault, '')
    assert.deepEqual(commands, [
      'EHLO localhost',
      'MAIL FROM:<sundew@localhost>',
      'RCPT TO:<owner@example.net>',
      'DATA',
      'QUIT',
    ])
    const read = await PostalMime.parse(messages[0]!)
    assert.equal(
      read.subject,
      '[Büro] 2 warnings (1 high, 1 low): 10.0.0.5 -> 203.0.113.7:443 (203.0.113.7 is on botnet)',
    )
    assert.deepEqual([read.from?.address, read.to?.[0]?.address], ['sundew@localhost', to[0]])
    assert.match(
      read.text!,
      /^10\.0\.0\.5 -> 203\.0\.113\.7:443 .*\r?\n {2}kind="intel\.match" severity="high".*Süßes \\x22x\\x22/,
    )
    assert.ok(messages[0]!.split('\r\n').every((line) => line.length <= 998))
  })

  test('are encrypted where the relay offers it, and never go to one that is not whom it should be', async () => {
    const good = await through({ tls: tls() }, { ca_file: 'ca.pem' })
    assert.deepEqual(
      [good.fault, good.commands.slice(0, 3)],
      ['', ['EHLO localhost', 'STARTTLS', 'EHLO localhost']],
    )
    const stranger = await through({ tls: tls() }, {})
    assert.match(stranger.fault, /cannot be reached/)
    const name = await through({ tls: tls() }, { ca_file: 'ca.pem', host: '127.0.0.1' })
    assert.match(name.fault, /cannot be reached/)
    const implicit = await through({ tls: tls(true) }, { ca_file: 'ca.pem', tls: 'implicit' })
    assert.deepEqual([implicit.fault, implicit.messages.length], ['', 1])
    const stripped = await through({}, { tls: 'required' })
    assert.deepEqual([stripped.commands.at(-1), stripped.messages.length], ['STARTTLS', 0])
  })

  test('come with a password only where it cannot be overheard', async () => {
    const login = { user: 'sundew', password_file: 'password', ca_file: 'ca.pem' }
    const plain = await through({ auth: 'LOGIN PLAIN', tls: tls() }, login)
    assert.equal(plain.fault, '')
    assert.ok(plain.commands.includes(`AUTH PLAIN ${Buffer.from('\0sundew\0sesame').toString('base64')}`))
    const steps = {
      'AUTH LOGIN': '334 VXNlcg==',
      [Buffer.from('sundew').toString('base64')]: '334 UGFzcw==',
      [Buffer.from('sesame').toString('base64')]: '235 ok',
    }
    assert.equal((await through({ auth: 'LOGIN', tls: tls(), answers: steps }, login)).fault, '')
    const clear = await through({ auth: 'PLAIN' }, login)
    assert.match(clear.fault, /must not have the password in the clear/)
    assert.ok(clear.commands.every((line) => !line.startsWith('AUTH')))
    assert.match(
      (await through({ auth: 'CRAM-MD5', tls: tls() }, login)).fault,
      /neither AUTH PLAIN nor AUTH LOGIN, but: CRAM-MD5/,
    )
  })

  test('wait where the relay refuses for now, and the owner hears of those whom it refuses for good', async () => {
    const grey = await through({ answers: { RCPT: '451 4.7.1 greylisted' } }, {})
    assert.match(grey.fault, /does not take mail for now: owner@example\.net: 451 4\.7\.1 greylisted/)
    const some = await through(
      { answers: { 'RCPT TO:<gone@example.net>': '550 no such user' } },
      { to: ['gone@example.net', ...to] },
    )
    assert.deepEqual([some.fault, some.messages.length], ['', 1])
    assert.match(some.told[0]!, /gone@example\.net: 550 no such user/)
    assert.match((await through({ answers: { RCPT: '550 no' } }, {})).fault, /takes mail for nobody/)
    assert.match((await through({ answers: { EHLO: 'SSH-2.0-OpenSSH' } }, {})).fault, /no answer of SMTP/)
  })

  test('tell a hundred one by one, the gravest first, and count the rest', async () => {
    const events = [
      ...Array.from({ length: 150 }, () => matchOf({ severity: 'low' })),
      eventOf('alert.raised', { code: 'SUNDEW_X', message: 'x' }),
    ]
    const date = new Date(0)
    const text = digestMail(events, { from: 'a@b', to, subject: 's', hello: 'h', date })
    const read = await PostalMime.parse(text)
    assert.match(read.text!, /^SUNDEW_X: x/)
    assert.equal(read.text!.match(/kind="/g)!.length, 100)
    assert.match(read.text!, /… and 51 more/)
    assert.equal(read.subject, 's 151 warnings (1 medium, 150 low): SUNDEW_X: x')
    assert.equal(read.date, '1970-01-01T00:00:00.000Z')
  })

  test('end no header early, whatever a list is called', async () => {
    const list = 'x\r\nBcc: everybody@example.net\r\n\r\n<html>'
    const read = await PostalMime.parse(
      digestMail([matchOf({ list })], { from: 'a@b', to, subject: 's', hello: 'h', date: new Date() }),
    )
    assert.ok(!read.headers.some(({ key }) => key === 'bcc'))
    assert.match(read.subject!, /x\\x0d\\x0aBcc/)
  })
})

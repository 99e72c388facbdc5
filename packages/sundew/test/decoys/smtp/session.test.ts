import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { smtp } from '../../../src/decoys/smtp/smtp.ts'
import { startDecoy, until } from '../host.ts'
import { Client } from './client.ts'

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64')

test('credentials are kept as sent, NUL-free or not, accepted or not', async () => {
  await using host = await startDecoy(smtp, {
    auth: { policy: 'listed', accounts: [{ user: 'bob', password: 'pässword' }] },
  })
  const client = await Client.to(host)
  await client.say('EHLO x')
  assert.match(await client.say(`AUTH PLAIN ${base64('\0b\xffb\0s\x80cret')}`), /^535 /)
  await client.say('AUTH LOGIN')
  await client.say(base64('bob'))
  assert.match(await client.say('!!!'), /^535 /)
  await client.say('AUTH LOGIN')
  await client.say(base64('bob'))
  assert.match(await client.say(Buffer.from('pässword').toString('base64')), /^235 /)
  await client.leave()
  assert.deepEqual(await host.fields('login.attempt'), [
    { user_name: 'b\xffb', password: 's\x80cret', mechanism: 'PLAIN', accepted: false },
    { user_name: 'bob', response: '!!!', mechanism: 'LOGIN', accepted: false },
    { user_name: 'bob', password: 'p\xc3\xa4ssword', mechanism: 'LOGIN', accepted: true },
  ])
})

test('a challenge is answered with the listed password, and both are kept', async () => {
  await using host = await startDecoy(smtp, {
    auth: { policy: 'listed', accounts: [{ user: 'bob', password: 'secret' }] },
  })
  const client = await Client.to(host)
  await client.say('EHLO x')
  const challenge = Buffer.from((await client.say('AUTH CRAM-MD5')).slice(4), 'base64').toString('latin1')
  assert.match(challenge, /^<[^<>@]+@mx\.example\.net>$/)
  const digest = createHmac('md5', 'secret').update(challenge).digest('hex')
  assert.match(await client.say(base64(`bob ${digest}`)), /^235 /)
  await client.leave()
  assert.deepEqual(await host.fields('login.attempt'), [
    { user_name: 'bob', response: digest, challenge, mechanism: 'CRAM-MD5', accepted: true },
  ])
})

test('who is let in follows the policy, counted over the connections of one source', async () => {
  const plain = `AUTH PLAIN ${base64('\0user\0guess')}`
  for (const [auth, want] of [
    [{ policy: 'any' }, '235 235 235'],
    [{ policy: 'refuse' }, '535 535 535'],
    [{ policy: 'after', attempts: 2 }, '535 235 235'],
  ] as const) {
    await using host = await startDecoy(smtp, { auth })
    const got: string[] = []
    for (let i = 0; i < 3; i++) {
      const client = await Client.to(host)
      await client.say('EHLO x')
      got.push((await client.say(plain)).slice(0, 3))
      await client.leave()
    }
    assert.equal(got.join(' '), want, auth.policy)
  }
})

test('AUTH is offered before TLS, or only after it, or never', async () => {
  for (const [offer, before, after] of [
    ['always', true, true],
    ['tls', false, true],
    ['never', false, false],
  ] as const) {
    await using host = await startDecoy(smtp, { auth: { offer } })
    const client = await Client.to(host)
    const clear = await client.say('EHLO x')
    assert.equal(clear.includes('250-AUTH PLAIN LOGIN CRAM-MD5'), before, offer)
    assert.ok(clear.includes('250-STARTTLS'))
    if (!before)
      assert.equal(await client.say('AUTH LOGIN'), '503 5.5.1 Error: authentication not enabled\r\n')
    await client.say('STARTTLS')
    const secure = new Client(connectTls({ socket: client.socket, rejectUnauthorized: false }))
    const hidden = await secure.say('EHLO x')
    assert.equal(hidden.includes('250-AUTH'), after, offer)
    assert.ok(!hidden.includes('STARTTLS'))
    secure.socket.destroy()
  }
})

test('clear text that follows STARTTLS in one breath is dropped and told of; TLS starts afresh', async () => {
  await using host = await startDecoy(smtp)
  const client = await Client.to(host)
  await client.say('EHLO x')
  client.send('STARTTLS\r\nEHLO injected\r\nMAIL FROM:<injected@x>\r\n')
  assert.equal(await client.answer(), '220 2.0.0 Ready to start TLS\r\n')
  const secure = new Client(connectTls({ socket: client.socket, rejectUnauthorized: false }))
  assert.match(await secure.say('EHLO client.example'), /^250-/)
  assert.match(await secure.say('STARTTLS'), /^554 5\.5\.1 /)
  await secure.say('MAIL FROM:<a@client.example>')
  await secure.say('RCPT TO:<b@t.example>')
  await secure.say('DATA')
  await secure.say('x\r\n.')
  secure.send('QUIT\r\n')
  await until(() => secure.ended, 'we hang up after QUIT')
  secure.socket.destroy()
  const [malformed] = await host.fields('protocol.malformed')
  assert.deepEqual(malformed, {
    reason: 'smtp.plaintext-after-starttls',
    detail: 'EHLO injected\r\nMAIL FROM:<injected@x>\r\n',
  })
  const [mail] = await host.fields('mail.received')
  assert.equal(mail?.mail_from, 'a@client.example')
  assert.match(mail?.tls_version ?? '', /^TLSv1\.[23]$/)
  assert.equal((await host.fields('client.fingerprint')).length, 1)
})

test('a port that stands for 465 speaks TLS from the first byte', async () => {
  await using host = await startDecoy(smtp, {}, { as: 465 })
  const socket = connectTls({ host: '127.0.0.1', port: host.port, rejectUnauthorized: false })
  const client = new Client(socket)
  assert.match(await client.answer(), /^220 mx\.example\.net ESMTP Postfix/)
  assert.ok(!(await client.say('EHLO x')).includes('STARTTLS'))
  socket.destroy()
  assert.equal((await host.entries()).at(-1)?.event.transport, 'tls')
})

test('commands worth knowing are kept one by one, nonsense is counted', async () => {
  await using host = await startDecoy(smtp)
  const client = await Client.to(host)
  for (const line of [
    'VRFY root',
    'EXPN staff',
    'HELP',
    'ETRN x.example',
    'NONSENSE 1',
    'NONSENSE 2',
    'QUIT',
  ]) {
    await client.say(line)
  }
  await client.leave()
  const commands = await host.fields('command.run')
  assert.deepEqual(
    commands.map(({ command }) => command),
    ['VRFY root', 'EXPN staff', 'HELP', 'ETRN x.example'],
  )
  assert.deepEqual(await host.fields('protocol.malformed'), [
    { reason: 'smtp.bad-command', detail: 'EXPN staff', count: 4 },
  ])
})

test('a web browser is hung up on, and what it said is kept', async () => {
  await using host = await startDecoy(smtp)
  const client = await Client.to(host)
  assert.equal(await client.say('GET / HTTP/1.1'), '221 2.7.0 Error: I can break rules, too. Goodbye.\r\n')
  await until(() => client.ended, 'we hang up')
  client.socket.destroy()
  assert.deepEqual(await host.fields('protocol.malformed'), [
    { reason: 'smtp.not-smtp', detail: 'GET / HTTP/1.1' },
  ])
})

test('a peer that stays silent is told that its time is up', async () => {
  await using host = await startDecoy(smtp, {}, { limits: { idleMs: 100 } })
  const client = await Client.to(host)
  assert.equal(await client.answer(), '421 4.4.2 mx.example.net Error: timeout exceeded\r\n')
  client.socket.destroy()
})

test('one connection too many is told so', async () => {
  await using host = await startDecoy(smtp, {}, { limits: { connectionsPerSource: 1 } })
  const first = await Client.to(host)
  const second = new Client(host.connect())
  assert.equal(
    await second.answer(),
    '421 4.7.0 mx.example.net Error: too many connections from 127.0.0.1\r\n',
  )
  await first.leave()
})

test('answers to a client that makes many errors wait, and what it sends meanwhile is not lost', async () => {
  await using host = await startDecoy(smtp, { error_sleep_ms: 20 })
  const client = await Client.to(host)
  client.send(`${'FOO\r\n'.repeat(12)}NOOP\r\n`)
  assert.match(await client.lines(13), /^(?:500 5\.5\.2 .*\r\n){12}250 2\.0\.0 Ok\r\n$/)
  await client.leave()
})

for (const persona of ['postfix', 'exim', 'sendmail', 'exchange'] as const) {
  test(`${persona} takes a mail from greeting to goodbye`, async () => {
    await using host = await startDecoy(smtp, { persona })
    const client = new Client(host.connect())
    assert.match(await client.answer(), /^220 mx\.example\.net /)
    assert.match(await client.say('EHLO client.example'), /^250-mx\.example\.net[^]*\r\n250 \S+\r\n$/)
    assert.match(await client.say('MAIL FROM:<a@client.example>'), /^250 /)
    assert.match(await client.say('RCPT TO:<b@t.example>'), /^250 /)
    assert.match(await client.say('DATA'), /^354 /)
    const queued = await client.say('Subject: x\r\n\r\n..\r\n.')
    assert.match(queued, /^250 /)
    assert.match(await client.say('QUIT'), /^221 /)
    await client.leave()
    const [mail] = await host.fields('mail.received')
    assert.ok(mail && queued.includes(mail.queue_id))
    assert.deepEqual(host.faults, [])
  })
}

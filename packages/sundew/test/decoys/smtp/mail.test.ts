import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { smtp } from '../../../src/decoys/smtp/smtp.ts'
import { stuff } from '../../../src/wire/smtp/data.ts'
import { startDecoy, type TestHost } from '../host.ts'
import { Client } from './client.ts'

const envelope = ['EHLO client.example', 'MAIL FROM:<a@client.example>', 'RCPT TO:<b@target.example>']

async function deliver(host: TestHost, message: Buffer): Promise<string> {
  const client = await Client.to(host)
  for (const line of envelope) await client.say(line)
  await client.say('DATA')
  client.socket.write(stuff(message))
  const answer = await client.answer()
  await client.leave()
  return answer
}

/** The bodies of all messages, from the journal or the file it names. */
async function bodies(host: TestHost): Promise<Buffer[]> {
  const mails = (await host.entries()).filter(({ event }) => event.kind === 'mail.received')
  return mails.map(({ body, spool }) =>
    spool === undefined ? body : readFileSync(join(host.journalFolder, 'spool', spool)),
  )
}

test('a message is kept byte for byte, whatever its bytes', async () => {
  await using host = await startDecoy(smtp)
  const noise = Buffer.concat([randomBytes(20_000), Buffer.from('\0\xff\r\n.\r\n..\r\n', 'latin1')])
  // A bare LF and a dot would end it: that is another test.
  const message = Buffer.from(noise.toString('latin1').replace(/(?<!\r)\n|\n\.(?=\r*\n)/g, 'x'), 'latin1')
  assert.match(await deliver(host, message), /^250 2\.0\.0 Ok: queued as [0-9A-F]{9,12}\r\n$/)
  const whole = message.toString('latin1').endsWith('\r\n')
    ? message
    : Buffer.concat([message, Buffer.from('\r\n')])
  assert.deepEqual(await bodies(host), [whole])
})

test('a message of many megabytes goes to a file of its own, whole', async () => {
  await using host = await startDecoy(smtp)
  const message = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(5000), 'latin1')
  assert.match(await deliver(host, message), /^250 /)
  const [body] = await bodies(host)
  assert.ok(body?.equals(message))
})

test('a message that comes a byte at a time is the same message', async () => {
  await using host = await startDecoy(smtp)
  const client = await Client.to(host)
  for (const byte of `${envelope.join('\r\n')}\r\nDATA\r\n..x\r\ny\r\n.\r\n`) {
    client.send(byte)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await client.leave()
  assert.match(client.heard, /queued as/)
  assert.equal((await bodies(host))[0]?.toString(), '.x\r\ny\r\n')
})

test('what is recorded of a message: envelope, parameters, HELO, how it came', async () => {
  await using host = await startDecoy(smtp)
  const client = await Client.to(host)
  await client.say('EHLO client.example')
  await client.say('AUTH PLAIN AHVzZXIAc2VjcmV0')
  await client.say('MAIL FROM:<> SIZE=20 BODY=8BITMIME')
  await client.say('RCPT TO:<one@t.example>')
  await client.say('RCPT TO:"two three"@t.example NOTIFY=NEVER')
  client.send('BDAT 6\r\na\nb\r\nc')
  await client.answer()
  client.send('BDAT 0 LAST\r\n')
  const answer = await client.answer()
  await client.leave()
  const [mail] = await host.fields('mail.received')
  assert.deepEqual(mail, {
    queue_id: /queued as (\w+)/.exec(answer)?.[1],
    helo: 'client.example',
    mail_from: '',
    rcpt_to: ['one@t.example', '"two three"@t.example'],
    size_bytes: 6,
    via: 'BDAT',
    mail_params: ['SIZE=20', 'BODY=8BITMIME'],
    rcpt_params: ['', 'NOTIFY=NEVER'],
    user_name: 'user',
    bare_lf: 1,
  })
})

test('two messages of one session have queue ids of their own', async () => {
  await using host = await startDecoy(smtp)
  const client = await Client.to(host)
  await client.say(envelope[0]!)
  for (const text of ['one', 'two']) {
    await client.say(envelope[1]!)
    await client.say(envelope[2]!)
    await client.say('DATA')
    await client.say(`${text}\r\n.`)
  }
  await client.leave()
  const mails = await host.fields('mail.received')
  assert.notEqual(mails[0]?.queue_id, mails[1]?.queue_id)
  assert.deepEqual((await bodies(host)).map(String), ['one\r\n', 'two\r\n'])
})

test('answers to commands that came together go out together', async () => {
  await using host = await startDecoy(smtp)
  const client = await Client.to(host)
  await client.say(envelope[0]!)
  client.pieces.length = 0
  client.send(`${envelope[1]}\r\n${envelope[2]}\r\nRCPT TO:<c@t.example>\r\nDATA\r\n`)
  await client.lines(4)
  assert.equal(client.pieces.length, 1)
  await client.leave()
})

test('a message that hangs up in its middle is not kept, and holds no memory', async () => {
  await using host = await startDecoy(smtp)
  const client = await Client.to(host)
  for (const line of [...envelope, 'DATA']) await client.say(line)
  client.send('half\r\n')
  await client.leave()
  assert.deepEqual(await bodies(host), [])
  assert.equal(host.captures.heldBytes, 0)
})

test('a message over the limit is read to its end and refused', async () => {
  await using host = await startDecoy(smtp, { max_message_bytes: 2000 })
  assert.equal(await deliver(host, Buffer.alloc(5000, 'x')), '552 5.3.4 Error: message file too big\r\n')
  assert.deepEqual(await bodies(host), [])
  assert.deepEqual(await host.fields('limit.reached'), [{ limit: 'message', value: 2000, count: 1 }])
})

test('more recipients than the limit are refused one by one, the message goes to the others', async () => {
  await using host = await startDecoy(smtp, { max_recipients: 2 })
  const client = await Client.to(host)
  for (const line of envelope) await client.say(line)
  await client.say('RCPT TO:<c@t.example>')
  assert.equal(await client.say('RCPT TO:<d@t.example>'), '452 4.5.3 Error: too many recipients\r\n')
  await client.say('DATA')
  await client.say('x\r\n.')
  await client.leave()
  assert.deepEqual((await host.fields('mail.received'))[0]?.rcpt_to, ['b@target.example', 'c@t.example'])
})

test('without room MAIL is refused as a full server does, and so is a message that was on its way', async () => {
  await using host = await startDecoy(smtp)
  const client = await Client.to(host)
  for (const line of [...envelope, 'DATA']) await client.say(line)
  host.room.quota = { full: true, sources: [] }
  assert.equal(await client.say('x\r\n.'), '452 4.3.1 Insufficient system storage\r\n')
  assert.equal(await client.say(envelope[1]!), '452 4.3.1 Insufficient system storage\r\n')
  host.room.quota = { full: false, sources: ['127.0.0.1'] }
  assert.equal(await client.say(envelope[1]!), '452 4.3.1 Insufficient system storage\r\n')
  host.room.quota = { full: false, sources: [] }
  assert.equal(await client.say(envelope[1]!), '250 2.1.0 Ok\r\n')
  await client.leave()
  assert.deepEqual(await bodies(host), [])
})

test('a message that the journal cannot keep is refused, and nothing of it stays', async () => {
  for (const bytes of [500, 3_000_000]) {
    // The journal refuses whatever would make more than this wait.
    await using host = await startDecoy(
      smtp,
      {},
      { journal: { maxWaitingBytes: -1 }, captures: { spillBytes: 1_000_000, memoryBytes: 1e9 } },
    )
    assert.equal(await deliver(host, Buffer.alloc(bytes, 'x')), '452 4.3.1 Insufficient system storage\r\n')
    assert.deepEqual(host.faults, [])
    assert.equal(host.captures.heldBytes, 0)
    const spool = join(host.journalFolder, 'spool')
    assert.deepEqual(readdirSync(spool), [])
  }
})

test('smuggled ends and bare line feeds are told of', async () => {
  await using host = await startDecoy(smtp)
  const client = await Client.to(host)
  for (const line of [...envelope, 'DATA']) await client.say(line)
  client.send('x\n.\nNOOP\r\n')
  await client.lines(2)
  await client.leave()
  const [mail] = await host.fields('mail.received')
  assert.deepEqual(mail?.smuggling, ['lf-dot-lf'])
  assert.equal(mail?.bare_lf, 2)
  assert.deepEqual(await host.fields('protocol.malformed'), [
    { reason: 'smtp.smuggling', detail: 'lf-dot-lf' },
    { reason: 'smtp.bare-lf', count: 2 },
  ])
})

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { ssh } from '../../../src/decoys/ssh/ssh.ts'
import { hostKeyFrom } from '../../../src/wire/ssh/key/host-key.ts'
import { fingerprintOf } from '../../../src/wire/ssh/key/public-key.ts'
import { messageNumber as number } from '../../../src/wire/ssh/message/message-number.ts'
import { WireWriter } from '../../../src/wire/ssh/message/wire-writer.ts'
import { startDecoy, type TestHost } from '../host.ts'
import { Peer } from './peer/peer.ts'

const soon = { failure_delay_ms: 0 }

/** A client that may ask to be let in. */
async function asking(host: TestHost): Promise<Peer> {
  const peer = await Peer.connect(host.port, { quietMs: 100 })
  assert(await peer.keyed())
  peer.send(new WireWriter(number.serviceRequest).string('ssh-userauth').bytes())
  assert(await peer.expect(number.serviceAccept))
  return peer
}

function request(user: string, method: string, fields: Uint8Array): Uint8Array {
  return new WireWriter(number.userauthRequest)
    .string(user)
    .string('ssh-connection')
    .string(method)
    .raw(fields)
    .bytes()
}

const password = (user: string, text: string) =>
  request(user, 'password', new WireWriter().flag(false).string(text).bytes())

/** The number of the answer; undefined where there was none. */
async function answer(peer: Peer, message: Uint8Array): Promise<number | undefined> {
  peer.send(message)
  return (await peer.answer())?.[0]
}

/** Tries a password over a connection of its own. */
async function tried(host: TestHost, user: string, text: string): Promise<boolean> {
  const peer = await asking(host)
  // An EXT_INFO may stand before the answer.
  const type = await answer(peer, password(user, text))
  peer.destroy()
  return type === number.userauthSuccess
}

describe('who is let in', () => {
  test('by the policy `after`: the nth attempt of a source, then that pair always and no other password of the name', async () => {
    await using host = await startDecoy(ssh, { auth: { policy: 'after', attempts: 3, ...soon } })
    assert.equal(await tried(host, 'root', 'one'), false)
    assert.equal(await tried(host, 'root', 'two'), false)
    assert.equal(await tried(host, 'root', 'three'), true)
    assert.equal(await tried(host, 'root', 'three'), true)
    assert.equal(await tried(host, 'root', 'one'), false)
    assert.equal(await tried(host, 'admin', 'one'), true)
    const attempts = await host.fields('login.attempt')
    assert.deepEqual(
      attempts.map(({ accepted }) => accepted),
      [false, false, true, true, false, true],
    )
  })

  test('is on the disk before they are told', async () => {
    await using host = await startDecoy(ssh, { auth: { policy: 'any', ...soon } })
    const peer = await asking(host)
    assert.equal(await answer(peer, password('root', 'x')), number.userauthSuccess)
    const known = (await host.written()).filter(({ event }) => event.kind === 'login.attempt')
    assert.equal(known.length, 1)
    assert.equal((known[0]!.event.fields as { accepted: boolean }).accepted, true)
    peer.destroy()
  })

  test('is nobody without a password, with one of 1,025 bytes, or for another service', async () => {
    await using host = await startDecoy(ssh, { auth: { policy: 'any', ...soon } })
    assert.equal(await tried(host, 'root', ''), false)
    assert.equal(await tried(host, 'root', 'p'.repeat(1025)), false)
    assert.equal(await tried(host, 'root', 'p'.repeat(1024)), true)
    const peer = await asking(host)
    const fields = new WireWriter().flag(false).string('x').bytes()
    const other = new WireWriter(number.userauthRequest).string('root').string('ssh-other').string('password')
    assert.equal(await answer(peer, other.raw(fields).bytes()), number.userauthFailure)
    peer.destroy()
  })

  test('may answer a question where keyboard-interactive is offered', async () => {
    const auth = { policy: 'listed', accounts: [{ user: 'root', password: 'x' }], ...soon }
    await using host = await startDecoy(ssh, { auth: { methods: ['keyboard-interactive'], ...auth } })
    const peer = await asking(host)
    const ask = request('root', 'keyboard-interactive', new WireWriter().string('').string('').bytes())
    const reply = (text: string) => new WireWriter(number.infoResponse).uint32(1).string(text).bytes()
    assert.equal(await answer(peer, ask), number.infoRequest)
    assert.equal(await answer(peer, reply('y')), number.userauthFailure)
    assert.equal(await answer(peer, ask), number.infoRequest)
    assert.equal(await answer(peer, reply('x')), number.userauthSuccess)
    peer.destroy()
    const mechanisms = (await host.fields('login.attempt')).map(({ mechanism }) => mechanism)
    assert.deepEqual(mechanisms, ['keyboard-interactive', 'keyboard-interactive'])
  })
})

describe('what is kept of a login', () => {
  test('is the password as its bytes, also one at which sshd gives up', async () => {
    await using host = await startDecoy(ssh, { auth: { policy: 'refuse', ...soon } })
    for (const bytes of ['\xff\xfe\x80', 'a\0b', ' \r\n']) await tried(host, 'ro\xe9t', bytes)
    const attempts = await host.fields('login.attempt')
    assert.deepEqual(
      attempts.map(({ user_name, password: kept }) => [user_name, kept]),
      [
        ['ro\xe9t', '\xff\xfe\x80'],
        ['ro\xe9t', 'a\0b'],
        ['ro\xe9t', ' \r\n'],
      ],
    )
  })

  const kinds = {
    'ssh-ed25519': generateKeyPairSync('ed25519'),
    'ecdsa-sha2-nistp256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    'rsa-sha2-512': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  } as const
  for (const [algorithm, { privateKey }] of Object.entries(kinds))
    test(`is a public key, and whether ${algorithm} signed for it`, async () => {
      await using host = await startDecoy(ssh, { auth: soon })
      const key = hostKeyFrom(privateKey)
      const head = (signed: boolean) =>
        new WireWriter().flag(signed).string(algorithm).string(key.blob).bytes()
      const peer = await asking(host)
      assert.equal(await answer(peer, request('git', 'publickey', head(false))), number.userauthFailure)
      const signed = new WireWriter().string(peer.sessionId!).raw(request('git', 'publickey', head(true)))
      const signature = Buffer.from(key.sign(algorithm, signed.bytes()))
      for (const flip of [0, 1]) {
        signature[signature.length - 1]! ^= flip
        const fields = new WireWriter().raw(head(true)).string(signature).bytes()
        assert.equal(await answer(peer, request('git', 'publickey', fields)), number.userauthFailure)
      }
      peer.destroy()
      const attempts = await host.fields('login.attempt')
      assert.deepEqual(
        attempts.map(({ signature_valid }) => signature_valid),
        [undefined, true, false],
      )
      for (const attempt of attempts) {
        assert.equal(attempt.key_fingerprint, fingerprintOf(key.blob))
        assert.equal(attempt.key_type, key.type)
        assert.deepEqual(Buffer.from(attempt.key_blob!, 'latin1'), Buffer.from(key.blob))
        assert.equal(attempt.accepted, false)
      }
    })
})

test('the sixth failure is the last, and the limit is told', async () => {
  await using host = await startDecoy(ssh, { auth: { policy: 'refuse', ...soon } })
  const peer = await asking(host)
  for (let turn = 0; turn < 5; turn++)
    assert.equal(await answer(peer, password('root', String(turn))), number.userauthFailure)
  peer.send(password('root', 'last'))
  const words = Buffer.from((await peer.expect(number.disconnect))!).toString('latin1')
  assert.match(words, /Too many authentication failures/)
  await peer.finish()
  assert.equal((await host.fields('login.attempt')).length, 6)
  assert.deepEqual(
    (await host.fields('limit.reached')).map(({ limit }) => limit),
    ['auth_tries'],
  )
})

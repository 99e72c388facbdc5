import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Decoy } from '../../../src/core/decoy.ts'
import { LoginPolicy } from '../../../src/decoys/login/policy.ts'
import { Conversation } from '../../../src/decoys/ssh/conversation.ts'
import { ExchangePace } from '../../../src/decoys/ssh/exchange-pace.ts'
import { hostKeys } from '../../../src/decoys/ssh/host-keys.ts'
import { manners, type Manners } from '../../../src/decoys/ssh/manners.ts'
import { ReplyDelay } from '../../../src/decoys/ssh/reply-delay.ts'
import { sshConfig, type SshConfig } from '../../../src/decoys/ssh/settings.ts'
import { ssh } from '../../../src/decoys/ssh/ssh.ts'
import { Startups } from '../../../src/decoys/ssh/startups.ts'
import { openSshFailures } from '../../../src/decoys/ssh/tunnels/failures.ts'
import { TunnelWorld } from '../../../src/decoys/ssh/tunnels/world.ts'
import { fixedGroups } from '../../../src/wire/ssh/kex/dh.ts'
import { writeKeepalive } from '../../../src/wire/ssh/message/global-request.ts'
import { messageNumber as number } from '../../../src/wire/ssh/message/message-number.ts'
import { WireWriter } from '../../../src/wire/ssh/message/wire-writer.ts'
import { noMachines, startDecoy } from '../host.ts'
import { Peer } from './peer/peer.ts'

/** The decoy with other manners than its personas have. */
function decoyWith(changes: Partial<Manners>): Decoy<SshConfig> {
  return {
    ...ssh,
    async start(config, host) {
      const { stateFolder } = host
      const own = { ...manners[config.persona], ...changes }
      const keys = await hostKeys(stateFolder, ['ssh-ed25519'])
      const startups = new Startups(undefined)
      const shared = {
        manners: own,
        auth: config.auth,
        policy: new LoginPolicy(config.auth),
        hostKeys: keys,
        groups: [fixedGroups[14]],
        pace: new ExchangePace(),
        replyDelay: new ReplyDelay(keys),
        startups,
        machines: noMachines,
        machine: undefined,
        hostname: 'mx.example.net',
        tunnels: await TunnelWorld.open(config.tunnels, openSshFailures, host),
      }
      return {
        serve(session) {
          startups.enter(session.source)
          return new Conversation(session, shared).start()
        },
        refuse: () => {},
      }
    },
  }
}

async function loggedIn(port: number): Promise<Peer> {
  const peer = await Peer.connect(port, { quietMs: 100 })
  assert(await peer.keyed())
  peer.send(new WireWriter(number.serviceRequest).string('ssh-userauth').bytes())
  assert(await peer.expect(number.serviceAccept))
  const fields = new WireWriter().flag(false).string('x').bytes()
  const request = new WireWriter(number.userauthRequest).string('root').string('ssh-connection')
  peer.send(request.string('password').raw(fields).bytes())
  assert(await peer.expect(number.userauthSuccess))
  return peer
}

test('keys that were used enough are changed by the server, and what it had to say waits', async () => {
  const rekeys = { packets: 2 ** 31, blocks: () => 120 }
  await using host = await startDecoy(decoyWith({ rekeys }), { auth: { policy: 'any', failure_delay_ms: 0 } })
  const peer = await loggedIn(host.port)
  assert(await peer.expect(number.globalRequest))
  let exchanges = 0
  for (let turn = 0; turn < 150; turn++) {
    peer.send(writeKeepalive())
    const answer = await peer.answer()
    if (answer?.[0] === number.kexInit) {
      exchanges++
      peer.startExchange(answer)
      assert(await peer.exchange())
      // The answer that was due comes under the new keys.
      assert.equal((await peer.answer())?.[0], number.requestFailure)
    } else assert.equal(answer?.[0], number.requestFailure)
  }
  // 150 questions of 48 bytes and their answers, 120 blocks of 16 bytes at a time.
  assert(exchanges >= 3, `${exchanges} exchanges`)
  peer.destroy()
  assert.deepEqual(host.faults, [])
})

test('nobody is kept waiting for a login for ever', async () => {
  await using host = await startDecoy(decoyWith({ graceMs: 50 }))
  const peer = await Peer.connect(host.port, { quietMs: 5_000 })
  assert.deepEqual((await peer.finish()).slice(-2), ['--', 'end: closed'])
  assert.deepEqual(
    (await host.fields('limit.reached')).map(({ limit, value }) => [limit, value]),
    [['login_grace', 50]],
  )
})

const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('root', 'ssh-connection', 'ssh-userauth', 'password', 'none', 'publickey', 'ssh-ed25519'),
)
/** A message of any number, whose fields are of the right kinds or of none. */
const message = fc
  .record({
    type: fc.oneof(fc.constantFrom(...Object.values(number)), fc.integer({ min: 0, max: 255 })),
    fields: fc.array(fc.oneof(text, fc.boolean(), fc.nat(), bytes(20)), { maxLength: 6 }),
  })
  .map(({ type, fields }) => {
    const writer = new WireWriter(type)
    for (const field of fields) {
      if (typeof field === 'string') writer.string(field)
      else if (typeof field === 'boolean') writer.flag(field)
      else if (typeof field === 'number') writer.uint32(field)
      else writer.raw(field)
    }
    return writer.bytes()
  })
/** A whole request to be let in. */
const request = fc
  .record({
    method: fc.constantFrom('password', 'none', 'publickey', 'keyboard-interactive'),
    text,
    more: bytes(4),
  })
  .map(({ method, text: password, more }) => {
    const fields = new WireWriter().flag(false).string(password)
    if (method !== 'password') fields.string(password)
    return new WireWriter(number.userauthRequest)
      .string('root')
      .string('ssh-connection')
      .string(method)
      .raw(method === 'none' ? new Uint8Array() : fields.raw(more.subarray(2)).bytes())
      .bytes()
  })
const step = fc.oneof(
  { weight: 4, arbitrary: request.map((payload) => (peer: Peer) => peer.send(payload)) },
  { weight: 8, arbitrary: message.map((payload) => (peer: Peer) => peer.send(payload)) },
  { weight: 1, arbitrary: bytes(40).map((raw) => (peer: Peer) => peer.raw(raw)) },
  { weight: 1, arbitrary: fc.constant((peer: Peer) => peer.kexInit()) },
)

for (const persona of ['openssh-9.2p1-debian-12', 'dropbear-2022.83'] as const)
  test(`${persona}: whatever is said in whatever order, nobody gets in without a login, and it ends`, async () => {
    await using host = await startDecoy(decoyWith({}), {
      persona,
      auth: {
        policy: 'refuse',
        methods: ['publickey', 'password', 'keyboard-interactive'],
        failure_delay_ms: 0,
      },
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('bare', 'line', 'keyed', 'service'),
        fc.array(step, { maxLength: 12 }),
        async (from, steps) => {
          const peer = await Peer.connect(host.port, { quietMs: 10_000 })
          try {
            if (from === 'line') peer.line()
            if (from === 'keyed' || from === 'service') assert(await peer.keyed())
            if (from === 'service')
              peer.send(new WireWriter(number.serviceRequest).string('ssh-userauth').bytes())
            for (const say of steps) say(peer)
            peer.halfClose()
            const heard = await peer.finish()
            assert.notEqual(heard.at(-1), 'end: open', heard.join('\n'))
            // The number of USERAUTH_SUCCESS is that of `4`.
            assert(!heard.some((line) => line.startsWith('4 (')), heard.join('\n'))
          } finally {
            peer.destroy()
          }
        },
      ),
      { numRuns: 60 },
    )
    assert.deepEqual(host.faults, [])
    const attempts = await host.fields('login.attempt')
    assert(attempts.every(({ accepted }) => !accepted))
    for (const kind of ['command.run', 'tunnel.open'] as const) assert.deepEqual(await host.fields(kind), [])
  })

test('the settings of MaxStartups are sshd’s own', () => {
  assert.equal(sshConfig.parse({ max_startups: '10:30:100' }).max_startups, '10:30:100')
  assert.throws(() => sshConfig.parse({ max_startups: '10' }))
})

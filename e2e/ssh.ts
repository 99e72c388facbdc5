import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { messageNumber as number } from '../packages/sundew/src/wire/ssh/message/message-number.ts'
import { WireWriter } from '../packages/sundew/src/wire/ssh/message/wire-writer.ts'
import type { E2eCheck } from './check.ts'
import { startDecoy } from '../packages/sundew/test/decoys/host.ts'
import { ssh } from '../packages/sundew/src/decoys/ssh/ssh.ts'
import { byKey, byPassword, compare, differencesText } from './ssh-differential.ts'
import { clientChecks, accounts, insider } from './ssh/clients.ts'
import { Peer } from '../packages/sundew/test/decoys/ssh/peer/peer.ts'
import { dropbearPasses, sequences } from './ssh/sequences.ts'
import { askAll, tells } from './ssh/tells/tells.ts'
import { dropbearNeeds, sshdNeeds, startDropbear, startSshd } from './ssh/sshd.ts'

/** Its settings: those who are let in, and everything else as it comes. */
export const config = { decoys: { ssh: { auth: { policy: 'listed', accounts } } } }

/** Names whose refusals are timed: none of them exists. */
const strangers = ['alice', 'bob', 'oracle', 'postgres', 'ubuntu', 'test']

export const checks: readonly E2eCheck[] = [
  {
    name: `Debian's sshd and ours answer ${sequences.length} clients alike, byte for byte, and hang up alike`,
    needs: sshdNeeds,
    async run({ ports, figure }) {
      await using real = await startSshd(['MaxStartups 500'])
      const ours = byPassword(ports.ssh, insider.user, insider.password)
      const result = await compare(byKey(real.port, 'root', real.rootKey), ours, sequences)
      figure('differential', { sequences: result.sequences, equal: result.equal })
      if (result.differences.length > 0) throw new Error(differencesText(result))
    },
  },
  {
    name: `none of ${tells.length} tells of decoys is found`,
    needs: [],
    async run({ ports, hostname, figure }) {
      const told = await askAll({ port: ports.ssh, ...insider, user: 'root', hostname })
      figure('tells', { tried: told.tried, found: told.found.length })
      assert.deepEqual(told.found, [])
    },
  },
  {
    name: 'a real Dropbear and ours answer alike',
    needs: dropbearNeeds,
    async run({ figure }) {
      const plain = sequences.filter(({ name, plain }) => plain && !dropbearPasses.has(name))
      await using real = await startDropbear()
      await using host = await startDecoy(ssh, {
        persona: 'dropbear-2022.83',
        auth: { policy: 'refuse' },
      })
      const side = (port: number) => byPassword(port, 'nobody', 'none')
      // Both hang up on the sixth of one address that has not logged in.
      const result = await compare(side(real.port), side(host.port), plain, 3)
      figure('dropbear', { sequences: result.sequences, equal: result.equal })
      if (result.differences.length > 0) throw new Error(differencesText(result))
    },
  },
  {
    name: 'refusals come when sshd’s do: one name waits for the same time again, or twice as long',
    needs: sshdNeeds,
    async run({ ports, figure }) {
      await using real = await startSshd(['MaxStartups 500'])
      const [theirs, own] = await Promise.all(
        [real.port, ports.ssh].map((port) => Promise.all(strangers.map((name) => refusals(port, name)))),
      )
      figure('refusal_ms', { real: theirs, ours: own })
      for (const { quick, slow } of [...theirs!, ...own!]) {
        assert(
          quick.every((ms) => ms >= 5 && ms < 250),
          `an unknown method is refused after ${quick.join()} ms`,
        )
        assert(
          slow.every((ms) => ms > 1_000 && ms < 7_000),
          `a password is refused after ${slow.join()} ms`,
        )
        const [least, most] = [Math.min(...slow), Math.max(...slow)]
        const ratio = most / least
        assert(Math.abs(ratio - 2 ** Math.round(Math.log2(ratio))) < 0.1, `refused after ${slow.join()} ms`)
      }
    },
  },
  {
    name: 'who comes a hundred times at once meets MaxStartups, as at the real one',
    needs: sshdNeeds,
    async run({ ports, figure }) {
      await using real = await startSshd()
      const [theirs, own] = [await crowd(real.port), await crowd(ports.ssh)]
      figure('max_startups', { real: theirs, ours: own })
      for (const { first, words, dropped } of [theirs, own]) {
        assert.equal(first, 10)
        assert.deepEqual(words, ['Exceeded MaxStartups\r\n'])
        assert(dropped > 20 && dropped < 100, `${dropped} were dropped`)
      }
    },
  },
  ...clientChecks,
]

/** How long one name is made to wait, milliseconds: for a method that nobody has, and for wrong passwords. */
async function refusals(port: number, user: string): Promise<{ quick: number[]; slow: number[] }> {
  const peer = await Peer.connect(port, { quietMs: 300 })
  try {
    assert(await peer.keyed())
    peer.send(new WireWriter(number.serviceRequest).string('ssh-userauth').bytes())
    await peer.expect(number.serviceAccept)
    const ask = async (method: string, fields: Uint8Array): Promise<number> => {
      const request = new WireWriter(number.userauthRequest)
        .string(user)
        .string('ssh-connection')
        .string(method)
      const began = performance.now()
      peer.send(request.raw(fields).bytes())
      assert(await peer.expect(number.userauthFailure))
      return Math.round((performance.now() - began) * 10) / 10
    }
    const quick = [await ask('junk', new Uint8Array())]
    const slow: number[] = []
    for (const password of ['one', 'two', 'three'])
      slow.push(await ask('password', new WireWriter().flag(false).string(password).bytes()))
    return { quick, slow }
  } finally {
    peer.destroy()
  }
}

/** How many of a hundred and ten that say nothing are greeted before the first is not, and what the others hear. */
async function crowd(port: number): Promise<{ first: number; words: string[]; dropped: number }> {
  const heard: string[] = []
  const sockets = []
  for (let i = 0; i < 110; i++) {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    sockets.push(socket)
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    heard.push(chunk.toString('latin1'))
  }
  for (const socket of sockets) socket.destroy()
  const dropped = heard.filter((text) => !text.startsWith('SSH-'))
  // Whether the eleventh is dropped is a matter of chance; before it none may be.
  const first = Math.min(
    10,
    heard.findIndex((text) => !text.startsWith('SSH-')),
  )
  return { first, words: [...new Set(dropped)], dropped: dropped.length }
}

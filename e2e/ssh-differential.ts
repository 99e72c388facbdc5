import type { KexInit } from '../packages/sundew/src/wire/ssh/kex/kex-init.ts'
import type { HostKey } from '../packages/sundew/src/wire/ssh/key/host-key.ts'
import { messageNumber as number } from '../packages/sundew/src/wire/ssh/message/message-number.ts'
import { WireWriter } from '../packages/sundew/src/wire/ssh/message/wire-writer.ts'
import { Peer } from '../packages/sundew/test/decoys/ssh/peer/peer.ts'
import type { Login, Sequence } from './ssh/sequences.ts'

/** Where two servers answered one sequence differently. */
export interface Difference {
  readonly name: string
  readonly real: readonly string[]
  readonly ours: readonly string[]
}

export interface Comparison {
  readonly sequences: number
  readonly equal: number
  readonly differences: readonly Difference[]
}

/** One of the two: where it listens, and how somebody gets in. */
export interface Side {
  readonly port: number
  readonly login: Login
}

/** Quiet times tried, milliseconds: what differs after a short one may only have been slow. */
const quietMs = [300, 1_500]

/** Says each sequence to both servers, and compares what they answer and how they hang up. */
export async function compare(
  real: Side,
  ours: Side,
  sequences: readonly Sequence[],
  atOnce = 6,
): Promise<Comparison> {
  const differences: Difference[] = []
  const queue = [...sequences]
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const difference = await differenceOf(next, real, ours)
      if (difference) differences.push(difference)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { sequences: sequences.length, equal: sequences.length - differences.length, differences }
}

async function differenceOf(sequence: Sequence, real: Side, ours: Side): Promise<Difference | undefined> {
  for (const quiet of quietMs) {
    const [theirs, own] = await Promise.all([play(sequence, real, quiet), play(sequence, ours, quiet)])
    if (theirs.join('\n') === own.join('\n')) return undefined
    if (quiet === quietMs.at(-1)) return { name: sequence.name, real: theirs, ours: own }
  }
  return undefined
}

async function play(sequence: Sequence, side: Side, quiet: number): Promise<readonly string[]> {
  const peer = await Peer.connect(side.port, { quietMs: quiet })
  try {
    await sequence.run(peer, side.login)
    return await peer.finish()
  } catch (error) {
    return [...peer.heard, `the client gave up: ${error instanceof Error ? error.message : String(error)}`]
  } finally {
    peer.destroy()
  }
}

/** The differences, for people. */
export function differencesText({ differences }: Comparison): string {
  return differences
    .map(
      ({ name, real, ours }) =>
        `${name}\n  real: ${real.join('\n        ')}\n  ours: ${ours.join('\n        ')}`,
    )
    .join('\n')
}

/** A server that lets `user` in by a key. */
export function byKey(port: number, user: string, key: HostKey): Side {
  return {
    port,
    login: (peer, changes) =>
      loggedIn(peer, changes, () => {
        const head = new WireWriter().flag(true).string(key.type).string(key.blob).bytes()
        const signed = new WireWriter()
          .string(peer.sessionId!)
          .raw(request(user, 'publickey', head))
          .bytes()
        const signature = new WireWriter().string(key.sign(key.type, signed)).bytes()
        return request(user, 'publickey', Buffer.concat([head, signature]))
      }),
  }
}

/** A server that lets `user` in by a password. */
export function byPassword(port: number, user: string, password: string): Side {
  const fields = new WireWriter().flag(false).string(password).bytes()
  return { port, login: (peer, changes) => loggedIn(peer, changes, () => request(user, 'password', fields)) }
}

async function loggedIn(
  peer: Peer,
  changes: Partial<KexInit> | undefined,
  ask: () => Uint8Array,
): Promise<boolean> {
  if (!(await peer.keyed(changes))) return false
  peer.send(new WireWriter(number.serviceRequest).string('ssh-userauth').bytes())
  if (!(await peer.expect(number.serviceAccept))) return false
  peer.send(ask())
  return (await peer.expect(number.userauthSuccess)) !== undefined
}

function request(user: string, method: string, fields: Uint8Array): Uint8Array {
  return new WireWriter(number.userauthRequest)
    .string(user)
    .string('ssh-connection')
    .string(method)
    .raw(fields)
    .bytes()
}

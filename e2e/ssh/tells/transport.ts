import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { messageNumber as number } from '../../../packages/sundew/src/wire/ssh/message/message-number.ts'
import { WireReader } from '../../../packages/sundew/src/wire/ssh/message/wire-reader.ts'
import { WireWriter } from '../../../packages/sundew/src/wire/ssh/message/wire-writer.ts'
import { Intruder } from '../intruder.ts'
import { Peer } from '../../../packages/sundew/test/decoys/ssh/peer/peer.ts'
import type { Suspect, Tell } from './tell.ts'

/** Everything that a server says to these bytes, until it hangs up or is quiet. */
async function answers(port: number, bytes: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let heard = ''
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(Buffer.from(bytes, 'latin1'))
  for (let turn = 0; turn < 30 && !socket.closed && !socket.readableEnded; turn++) await wait(20)
  socket.destroy()
  return heard
}

function offers(list: string, name: string): Tell {
  return {
    name: `${list} has ${name}, which OpenSSH 9.2 has not`,
    found: ({ offer }) => offer[list]!.includes(name),
  }
}

function lacks(list: string, name: string): Tell {
  return { name: `${list} has no ${name}`, found: ({ offer }) => !offer[list]!.includes(name) }
}

/** What sshd 9.2 says after its first line to one that is none. */
function refusedLine(name: string, sent: string, words: string): Tell {
  return {
    name: `${name} is not answered with "${words}"`,
    async found({ port, identification }) {
      const heard = await answers(port, sent)
      return heard !== `${identification}\r\n${words}\r\n`
    },
  }
}

async function extensions({ port }: Suspect): Promise<Map<string, string>> {
  const peer = await Peer.connect(port, { quietMs: 100 })
  await peer.keyed()
  const message = await peer.expect(number.extInfo)
  peer.destroy()
  const found = new Map<string, string>()
  if (!message) return found
  const reader = new WireReader(message, number.extInfo)
  for (let left = reader.uint32(); left > 0; left--)
    found.set(reader.name(), Buffer.from(reader.string()).toString('latin1'))
  return found
}

const invalid = 'Invalid SSH identification string.'

/** Before anybody is let in. */
export const transportTells: readonly Tell[] = [
  offers('mac', 'hmac-sha2-384'),
  offers('mac', 'hmac-md5'),
  offers('mac', 'hmac-sha2-56'),
  offers('cipher', 'cast128-cbc'),
  offers('cipher', 'blowfish-cbc'),
  offers('cipher', '3des-cbc'),
  offers('hostKey', 'ssh-dss'),
  lacks('cipher', 'chacha20-poly1305@openssh.com'),
  lacks('cipher', 'aes256-gcm@openssh.com'),
  lacks('mac', 'hmac-sha2-512-etm@openssh.com'),
  lacks('mac', 'umac-64-etm@openssh.com'),
  lacks('kex', 'kex-strict-s-v00@openssh.com'),
  lacks('kex', 'sntrup761x25519-sha512@openssh.com'),
  lacks('hostKey', 'ssh-ed25519'),
  lacks('compression', 'zlib@openssh.com'),
  {
    name: 'an EXT_INFO whose server-sig-algs is no list of algorithms, or none at all',
    async found(suspect) {
      const algorithms = (await extensions(suspect)).get('server-sig-algs')?.split(',') ?? []
      return !algorithms.includes('ecdsa-sha2-nistp521') || !algorithms.includes('rsa-sha2-512')
    },
  },
  {
    name: 'no publickey-hostbound@openssh.com',
    found: async (suspect) => !(await extensions(suspect)).has('publickey-hostbound@openssh.com'),
  },
  {
    name: 'group exchange is offered and then refused',
    async found({ port }) {
      const peer = await Peer.connect(port, { quietMs: 100 })
      const keyed = await peer.keyed({ kex: ['diffie-hellman-group-exchange-sha256'] }, [2048, 3072, 8192])
      peer.destroy()
      return !keyed
    },
  },
  refusedLine('eight returns', '\r\r\r\r\r\r\r\r\n', invalid),
  refusedLine('SSH-1337', 'SSH-1337-x\r\n', invalid),
  refusedLine('version 1', 'SSH-1.5-x\r\n', 'Protocol major versions differ.'),
  refusedLine('an HTTP request', 'GET / HTTP/1.0\r\n\r\n', invalid),
  {
    name: 'a version without its third part is taken',
    found: async ({ port }) => !(await answers(port, `SSH-2.0-OpenSSH${'\n'.repeat(10)}`)).includes('\0'),
  },
  {
    name: 'keys are agreed on before the client has said who it is',
    async found({ port, identification }) {
      const heard = await answers(port, '')
      return heard !== `${identification}\r\n`
    },
  },
  {
    name: 'a message of no known number ends the connection',
    async found({ port }) {
      const intruder = await Intruder.meet(port)
      intruder.peer.send(Uint8Array.of(16))
      const answer = await intruder.peer.expect(number.unimplemented)
      intruder.leave()
      return answer === undefined
    },
  },
  {
    name: 'wrong passwords are refused at once',
    async found({ port, user }) {
      const intruder = await Intruder.meet(port)
      const began = performance.now()
      await intruder.tries(user, `not ${Math.random()}`)
      intruder.leave()
      return performance.now() - began < 500
    },
  },
  {
    name: 'any password lets in',
    async found({ port }) {
      const intruder = await Intruder.meet(port)
      const letIn = await intruder.tries(
        `x${Math.random().toString(36).slice(2)}`,
        Math.random().toString(36),
      )
      intruder.leave()
      return letIn
    },
  },
  {
    name: 'the seventh wrong password is still heard',
    async found({ port }) {
      const intruder = await Intruder.meet(port)
      try {
        for (let tries = 0; tries < 7; tries++) await intruder.tries('nobody-here', `${tries}`)
        return true
      } catch {
        return false
      } finally {
        intruder.leave()
      }
    },
  },
  {
    name: 'a pair that let in is refused the second time',
    async found({ port, user, password }) {
      const intruder = await Intruder.meet(port)
      const letIn = await intruder.tries(user, password)
      intruder.leave()
      return !letIn
    },
  },
  {
    name: 'a service that is none is granted',
    async found({ port }) {
      const peer = await Peer.connect(port, { quietMs: 100 })
      await peer.keyed()
      peer.send(new WireWriter(number.serviceRequest).string('ssh-honeypot').bytes())
      const granted = await peer.expect(number.serviceAccept)
      peer.destroy()
      return granted !== undefined
    },
  },
]

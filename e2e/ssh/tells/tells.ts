import { setTimeout as wait } from 'node:timers/promises'
import { parseKexInit } from '../../../packages/sundew/src/wire/ssh/kex/kex-init.ts'
import { messageNumber as number } from '../../../packages/sundew/src/wire/ssh/message/message-number.ts'
import { Intruder } from '../intruder.ts'
import { Peer } from '../../../packages/sundew/test/decoys/ssh/peer/peer.ts'
import { shellTells } from './shell.ts'
import type { Suspect, Tell } from './tell.ts'
import { terminalTells } from './terminal.ts'
import { transportTells } from './transport.ts'
import { tunnelTells } from './tunnels.ts'

/** Everything that is known to give such a server away, and that can be asked of one. */
export const tells: readonly Tell[] = [...transportTells, ...shellTells, ...terminalTells, ...tunnelTells]

/** What readline turns on while it reads a line, and off after it. */
const bracketedPaste = /\x1b\[\?2004(?:h|l\r)/g

export interface Told {
  readonly tried: number
  /** Names of those that were found; with what went wrong where one could not be asked. */
  readonly found: readonly string[]
}

/** Asks them all of one server. */
export async function askAll(
  server: Pick<Suspect, 'port' | 'user' | 'password' | 'hostname'>,
): Promise<Told> {
  const { identification, offer } = await offerOf(server.port)
  const intruder = await Intruder.logIn(server.port, server.user, server.password)
  const suspect: Suspect = {
    ...server,
    identification,
    offer,
    run: (command) => intruder.run(command),
    async type(...keys) {
      const typist = await Intruder.logIn(server.port, server.user, server.password)
      try {
        return (await typist.type(keys)).replaceAll(bracketedPaste, '')
      } finally {
        typist.leave()
      }
    },
  }
  const found: string[] = []
  for (const tell of tells) {
    try {
      if (await tell.found(suspect)) found.push(tell.name)
    } catch (error) {
      found.push(`${tell.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
    await wait(0)
  }
  intruder.leave()
  return { tried: tells.length, found }
}

async function offerOf(port: number): Promise<Pick<Suspect, 'identification' | 'offer'>> {
  const peer = await Peer.connect(port, { quietMs: 100 })
  peer.line()
  const message = await peer.expect(number.kexInit)
  peer.destroy()
  const parsed = message ? parseKexInit(message) : undefined
  if (parsed?.state !== 'read') throw new Error('the server offers nothing')
  const { kex, hostKey, cipherToClient, macToClient, compressionToClient } = parsed.message
  return {
    identification: peer.serverVersion,
    offer: { kex, hostKey, cipher: cipherToClient, mac: macToClient, compression: compressionToClient },
  }
}

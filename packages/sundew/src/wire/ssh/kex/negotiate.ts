import { ciphers } from '../cipher/ciphers.ts'
import type { KexInit, KexLists } from './kex-init.ts'

/** What one direction will use; `mac` is empty where the cipher makes tags itself. */
export interface DirectionChoice {
  readonly cipher: string
  readonly mac: string
  readonly compression: string
}

export interface Agreement {
  readonly kex: string
  readonly hostKey: string
  readonly toServer: DirectionChoice
  readonly toClient: DirectionChoice
  /** The client's next packet is for a method it guessed wrongly: it is to be thrown away. */
  readonly ignoreNext: boolean
  /** Both are for OpenSSH's strict key exchange (its PROTOCOL §1.10); only the first KEXINIT of a connection counts for this. */
  readonly strict: boolean
  /** The client wants an EXT_INFO (RFC 8308 §2.1). */
  readonly extInfo: boolean
}

/** `subject` is the list in which no name was found that both have; of the client's, `offered` has what it sent. */
export type Negotiated =
  | { readonly state: 'agreed'; readonly agreement: Agreement }
  | { readonly state: 'failed'; readonly subject: keyof KexLists; readonly offered: readonly string[] }

/**
 * RFC 4253 §7.1: of each list the first of the client's names that the server has too. As sshd 9.2 does it: an empty name ends a
 * list, subjects are settled in its order (kex.c), and a wrong guess is one where the first methods or host keys differ.
 */
export function negotiate(client: KexInit, server: KexLists): Negotiated {
  let failed: keyof KexLists | undefined
  const choose = (subject: keyof KexLists): string => {
    if (failed) return ''
    const name = client[subject].slice(0, endOf(client[subject])).find((own) => server[subject].includes(own))
    if (name === undefined || signals.has(name)) failed = subject
    return name ?? ''
  }
  const direction = (way: 'ToServer' | 'ToClient'): DirectionChoice => {
    const cipher = choose(`cipher${way}`)
    const mac = ciphers.get(cipher)?.authenticates ? '' : choose(`mac${way}`)
    return { cipher, mac, compression: choose(`compression${way}`) }
  }
  const kex = choose('kex')
  const hostKey = choose('hostKey')
  const toServer = direction('ToServer')
  const toClient = direction('ToClient')
  if (failed) return { state: 'failed', subject: failed, offered: client[failed] }
  const guessed = client.kex[0] === server.kex[0] && client.hostKey[0] === server.hostKey[0]
  return {
    state: 'agreed',
    agreement: {
      kex,
      hostKey,
      toServer,
      toClient,
      ignoreNext: client.firstPacketFollows && !guessed,
      strict: client.kex.includes(strictOfClient) && server.kex.includes(strictOfServer),
      extInfo: client.kex.includes('ext-info-c'),
    },
  }
}

const strictOfClient = 'kex-strict-c-v00@openssh.com'
const strictOfServer = 'kex-strict-s-v00@openssh.com'

/** Names in the list of methods that are no methods. */
const signals: ReadonlySet<string> = new Set([
  strictOfClient,
  strictOfServer,
  'ext-info-c',
  'ext-info-s',
  'kexguess2@matt.ucc.asn.au',
])

function endOf(names: readonly string[]): number {
  const end = names.indexOf('')
  return end < 0 ? names.length : end
}

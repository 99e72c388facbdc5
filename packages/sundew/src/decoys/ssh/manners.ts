import type { PersonaName } from '../../machine/persona.ts'
import { sshPersonas, type SshPersona } from '../../wire/ssh/personas.ts'
import type { SshConfig } from './settings.ts'
import type { StartupLimits } from './startups.ts'

/** How a server behaves, beside what it offers. */
export interface Manners {
  readonly persona: SshPersona
  /** Whose judgement it has of what clients do. */
  readonly kind: 'openssh' | 'dropbear'
  /** Reads so many bytes at a time; 0: only what it needs. What had come and was not read is lost with a reset at the end. */
  readonly readBytes: number
  /** Sends its KEXINIT with its first line; false: once it has read the client's (sshd's kex_exchange_identification). */
  readonly beginsAtOnce: boolean
  /** Says why it hangs up (SSH_MSG_DISCONNECT, or a line before there are packets). */
  readonly explains: boolean
  /** From the connection to the login, milliseconds: sshd's LoginGraceTime, Dropbear's AUTH_TIMEOUT. */
  readonly graceMs: number
  /** Failed attempts until it hangs up: sshd's MaxAuthTries, Dropbear's MAX_AUTH_TRIES. */
  readonly maxAuthTries: number
  /** How long a refusal waits: pam_unix's 2 s, Dropbear's 0.3 s. */
  readonly failureDelayMs: number
  /** How long the right password takes to be found right: the hash of Debian's /etc/shadow. */
  readonly acceptMs: number
  /** Answers at times that depend on the name (`reply-delay.ts`). */
  readonly quantisesReplies: boolean
  /** How many may be connected without a login; undefined for no limit. */
  readonly startups: StartupLimits | undefined
  /** When it changes keys by itself: packets of one direction, and bytes by the cipher's block. */
  readonly rekeys: { readonly packets: number; readonly blocks: (blockBytes: number) => number }
  /** Tells all its host keys after a login (OpenSSH's PROTOCOL §2.5). */
  readonly tellsHostKeys: boolean
  /** The machine that such a server runs on. */
  readonly machine: PersonaName
}

const openSsh = {
  kind: 'openssh',
  readBytes: 8192,
  beginsAtOnce: false,
  explains: true,
  graceMs: 120_000,
  maxAuthTries: 6,
  failureDelayMs: 2_000,
  acceptMs: 45,
  quantisesReplies: true,
  startups: { begin: 10, rate: 30, full: 100 },
  // RFC 4344 §3, and 1 GiB for ciphers of small blocks (packet.c's ssh_set_newkeys).
  rekeys: { packets: 2 ** 31, blocks: (bytes: number) => (bytes >= 16 ? 2 ** (2 * bytes) : 2 ** 30 / bytes) },
  tellsHostKeys: true,
  machine: 'debian-12',
} as const

export const manners: { readonly [N in SshConfig['persona']]: Manners } = {
  'openssh-9.2p1-debian-12': { persona: sshPersonas['openssh-9.2p1-debian-12'], ...openSsh },
  'openssh-8.4p1-debian-11': { persona: sshPersonas['openssh-8.4p1-debian-11'], ...openSsh },
  'dropbear-2022.83': {
    persona: sshPersonas['dropbear-2022.83'],
    kind: 'dropbear',
    readBytes: 0,
    beginsAtOnce: true,
    explains: false,
    graceMs: 300_000,
    maxAuthTries: 10,
    failureDelayMs: 300,
    acceptMs: 10,
    quantisesReplies: false,
    // MAX_UNAUTH_PER_IP.
    startups: { begin: 5, rate: 100, full: 5 },
    // KEX_REKEY_DATA.
    rekeys: { packets: 2 ** 31, blocks: (bytes) => 2 ** 30 / bytes },
    tellsHostKeys: false,
    machine: 'router-mips',
  },
}

import type { PersonaName } from '../../machine/persona.ts'
import { sshPersonas, type SshPersona } from '../../wire/ssh/personas.ts'
import type { SshConfig } from './settings.ts'

/** How a server behaves, beside what it offers. */
export interface Manners {
  readonly persona: SshPersona
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
  /** Tells all its host keys after a login (OpenSSH's PROTOCOL §2.5). */
  readonly tellsHostKeys: boolean
  /** The machine that such a server runs on. */
  readonly machine: PersonaName
}

const openSsh = {
  beginsAtOnce: false,
  explains: true,
  graceMs: 120_000,
  maxAuthTries: 6,
  failureDelayMs: 2_000,
  tellsHostKeys: true,
  machine: 'debian-12',
} as const

export const manners: { readonly [N in SshConfig['persona']]: Manners } = {
  'openssh-9.2p1-debian-12': { persona: sshPersonas['openssh-9.2p1-debian-12'], ...openSsh },
  'openssh-8.4p1-debian-11': { persona: sshPersonas['openssh-8.4p1-debian-11'], ...openSsh },
  'dropbear-2022.83': {
    persona: sshPersonas['dropbear-2022.83'],
    beginsAtOnce: true,
    explains: false,
    graceMs: 300_000,
    maxAuthTries: 10,
    failureDelayMs: 300,
    tellsHostKeys: false,
    machine: 'router-mips',
  },
}

import { command, option } from '../../wire/telnet/commands.ts'
import type { PersonaName } from '../../machine/persona.ts'
import type { TelnetConfig } from './settings.ts'

/** What a server sends to agree on options, step by step: the next step comes once the options in `awaits` were answered. */
export interface NegotiationStep {
  readonly send: readonly (readonly [verb: number, option: number])[]
  readonly awaits: readonly number[]
}

/** How a server and the login behind it behave. */
export interface Manners {
  readonly steps: readonly NegotiationStep[]
  /** Answers options that it has not asked about, as RFC 1143 wants it. */
  readonly answers: boolean
  /** Shows what is typed only where the client lets it. */
  readonly asksToEcho: boolean
  /** Tells again, after its banner, that it echoes, to a client that wants no character mode. */
  readonly insists: boolean
  /** Before the first prompt, newlines as they go over the wire. */
  readonly banner: (hostname: string) => string
  readonly incorrect: string
  /** After the last try, before it hangs up. */
  readonly lastWords: string
  readonly late: string
  readonly tries: number
  /** How long a refusal waits, milliseconds, and the share of it that it may be longer or shorter. */
  readonly failureDelayMs: number
  readonly spread: number
  /** From the connection to the login, milliseconds. */
  readonly graceMs: number
  /** Asks for a password also where no name was given. */
  readonly takesNoName: boolean
  /** ^D in place of a name is a failed try, not the end. */
  readonly endIsTry: boolean
  /** Its telnetd hands USER of the client's environment to login, whatever it begins with (CVE-2026-24061). */
  readonly trustsUser: boolean
  readonly machine: PersonaName
}

const { will, do: doIt } = command

/** BusyBox 1.35's telnetd and login, recorded. */
const busybox = {
  steps: [
    {
      send: [
        [doIt, option.echo],
        [doIt, option.windowSize],
        [will, option.echo],
        [will, option.suppressGoAhead],
      ],
      awaits: [],
    },
  ],
  answers: false,
  asksToEcho: false,
  insists: false,
  banner: () => '\r\r\n',
  incorrect: 'Login incorrect\r\n',
  lastWords: '',
  late: '\r\r\nLogin timed out after 60 seconds\r\r\n',
  tries: 3,
  failureDelayMs: 3_000,
  spread: 0,
  graceMs: 60_000,
  takesNoName: false,
  endIsTry: false,
  trustsUser: false,
} as const

/** Debian 12's inetutils-telnetd 2.4 and login 4.13, recorded. */
const debian = {
  steps: [
    {
      send: [
        [will, option.authentication],
        [will, option.encryption],
        [doIt, option.terminalType],
        [doIt, option.terminalSpeed],
        [doIt, option.xDisplay],
        [doIt, option.newEnvironment],
        [doIt, option.oldEnvironment],
      ],
      awaits: [
        option.terminalType,
        option.terminalSpeed,
        option.xDisplay,
        option.newEnvironment,
        option.oldEnvironment,
      ],
    },
    {
      send: [
        [will, option.suppressGoAhead],
        [doIt, option.echo],
        [doIt, option.lineMode],
        [doIt, option.windowSize],
        [will, option.status],
        [doIt, option.flowControl],
      ],
      awaits: [option.echo],
    },
    {
      send: [
        [will, option.echo],
        [doIt, option.timingMark],
        [doIt, option.binary],
      ],
      awaits: [],
    },
  ],
  answers: true,
  asksToEcho: true,
  insists: true,
  banner: (hostname) => `\r\nLinux 6.1.0-37-amd64 (${hostname}) (pts/0)\r\n\r\n`,
  incorrect: '\r\nLogin incorrect\r\n',
  lastWords: 'Maximum number of tries exceeded (5)\r\n',
  late: '\r\nLogin timed out after 60 seconds.\r\n',
  tries: 5,
  failureDelayMs: 3_000,
  spread: 0.25,
  graceMs: 60_000,
  takesNoName: true,
  endIsTry: true,
  trustsUser: true,
  machine: 'debian-12',
} satisfies Manners

export const manners: { readonly [N in TelnetConfig['persona']]: Manners } = {
  'busybox-router': { ...busybox, machine: 'router-mips' },
  'busybox-camera': { ...busybox, machine: 'camera-arm' },
  'debian-12': debian,
}

import type { Happening } from './happening.ts'
import type { PersonaName } from './persona.ts'

/** What a decoy asks for when somebody who was let in wants a shell, a command or a file transfer. Strings are byte strings. */
export interface MachineRequest {
  /** The decoy's session: happenings go to it. */
  readonly session: string
  readonly persona: PersonaName
  /** Whose machine: what the peer counts as, for limits (`core/address.ts`). The same one finds again what it left. */
  readonly source: string
  /** The peer's address and port, and ours, as the machine's programs tell them (`who`, SSH_CLIENT). */
  readonly peer: { readonly address: string; readonly port: number }
  readonly own: { readonly address: string; readonly port: number }
  readonly service: 'ssh' | 'telnet'
  readonly hostname: string
  readonly user: string
  readonly run:
    | { readonly type: 'shell' }
    | { readonly type: 'command'; readonly command: string }
    | { readonly type: 'sftp' }
  /** Undefined for none: output is not changed, nothing is echoed. */
  readonly terminal: { readonly type: string; readonly columns: number; readonly rows: number } | undefined
  /** NAME, value: what the client sent and the server let pass. */
  readonly environment: readonly (readonly [string, string])[]
}

/** What a session on a machine says. */
export interface MachineListener {
  output(stream: 'out' | 'error', bytes: Uint8Array): void
  /** Settles once it is kept: what the session says after a file that they brought waits for that. */
  happened(happening: Happening): Promise<void> | void
  /** Nothing comes after it. */
  ended(how: { readonly status: number } | { readonly signal: string }): void
  /** After {@link MachineSession.close}: what it left behind has been told, and nothing comes any more. */
  closed?(): void
}

/** A session on a machine, as the decoy holds it. */
export interface MachineSession {
  input(bytes: Uint8Array): void
  /** Nothing more will be typed or sent. */
  inputEnded(): void
  resize(columns: number, rows: number): void
  /** As SSH's `signal` request names it: INT, TERM, KILL … */
  signal(name: string): void
  /** So many bytes of output went on to the peer: without it a session stops after {@link outputWindowBytes}. */
  sent(bytes: number): void
  /** Bytes of input that may be sent now; less than 1 means wait for `onRoom`. */
  readonly inputRoom: number
  onRoom(room: () => void): void
  /** The peer is gone: ends what runs. `ended` is not called. */
  close(): void
}

/** Where machines run. */
export interface MachineHost {
  /** Undefined where there is no room for another one: to the peer it is a fork that failed. */
  open(request: MachineRequest, listener: MachineListener): MachineSession | undefined
}

/** Bytes of output that may be under way to the peer. */
export const outputWindowBytes = 256 * 1024
/** Bytes of input that may wait for a program. */
export const inputWindowBytes = 256 * 1024

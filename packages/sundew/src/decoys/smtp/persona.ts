import type { Base64Fault } from '../../wire/smtp/base64.ts'
import type { LineEnds } from '../../wire/smtp/data.ts'

/** Who is talking, as far as an answer depends on it. */
export interface Facts {
  /** The name we pretend to have. */
  readonly host: string
  readonly helo: string
  readonly peer: string
  readonly tls: boolean
  /** The well-known port that the listener stands for. */
  readonly port: number
  /** Whether STARTTLS can be had here, before TLS. */
  readonly startTls: boolean
  /** The mechanisms offered here and now; empty where none are. */
  readonly mechanisms: readonly string[]
  /** The largest message taken, bytes. */
  readonly maxMessageBytes: number
  /** Whether EHLO was used. */
  readonly extended: boolean
}

/** What became of the operand of MAIL or RCPT: an address and its parameters, or the answer to give. */
export type Envelope =
  | { readonly address: string; readonly params: readonly string[] }
  | { readonly refuse: string }

/**
 * Every answer, as it goes over the wire but for the CRLF at its end; made once for a host name. Lines within one are
 * parted by CRLF. Answers marked "undefined" are commands that this server does not know.
 */
export interface Replies {
  readonly banner: (facts: Facts) => string
  readonly helo: (facts: Facts) => string
  readonly ehlo: (facts: Facts) => string
  readonly heloSyntax: (verb: string) => string
  /** Mail before HELO; undefined where it is not minded. */
  readonly heloFirst: string | undefined
  readonly mail: (address: string) => string
  readonly mailAgain: string
  readonly rcpt: (address: string) => string
  readonly rcptFirst: string
  readonly rcptAfterBdat: string
  readonly tooManyRecipients: string
  readonly data: string
  readonly dataSyntax: string
  readonly dataNoMail: string
  readonly dataNoRcpt: string
  readonly dataAfterBdat: string
  readonly queued: (id: string, bytes: number) => string
  readonly tooBig: string
  /** No room, said to MAIL. */
  readonly noRoom: string
  /** No room, said to the whole message. */
  readonly notKept: string
  readonly bdat: (bytes: number) => string
  /** `chunk` is the last chunk's size; `lines` counts the message as {@link LineCount} does, `bytes` as sent. */
  readonly bdatQueued: (id: string, chunk: number, lines: number, bytes: number) => string
  readonly bdatSyntax: string
  readonly bdatTooBig: string
  readonly bdatNoMail: string
  readonly bdatNoRcpt: string
  readonly bdatDiscarded: (bytes: number) => string
  readonly rset: string
  readonly rsetSyntax: string | undefined
  readonly noop: string
  readonly quit: string
  readonly quitSyntax: string | undefined
  readonly help: string | undefined
  readonly vrfy: (rest: string) => string
  readonly expn: ((rest: string) => string) | undefined
  readonly etrn: ((rest: string) => string) | undefined
  /** Other verbs that are known and refused, in upper case. */
  readonly refused: Readonly<Record<string, string>>
  readonly unknown: string
  /** An empty line. */
  readonly empty: string
  readonly notUtf8: string | undefined
  readonly nul: string | undefined
  readonly authOk: string
  readonly authFailed: string
  /** Credentials that decode but are of no sense, as PLAIN without its NULs. */
  readonly authShape: string
  readonly authBase64: (fault: Base64Fault) => string
  /** An initial response where the mechanism has none; undefined where it is taken for what it decodes to. */
  readonly authInitial: string | undefined
  readonly authAborted: string
  readonly authSyntax: string
  readonly authUnknown: (mechanism: string) => string
  readonly authAgain: string
  readonly authInMail: string
  readonly authOff: string
  readonly startTls: string
  readonly startTlsSyntax: string
  readonly startTlsAgain: string
  readonly startTlsOff: string
  readonly timeout: string
  readonly tooManyConnections: (peer: string) => string
  /** The answer to the fault (or unknown command) that was one too many; it is given the answer earned. */
  readonly tooManyFaults: (answer: string, unknown: boolean) => string
}

/** How a server counts a client's faults, and what it does then. */
export interface FaultRules {
  /** Whether an answer of 4xx or 5xx is the peer's fault. */
  readonly counts: (answer: string) => boolean
  /** With this many faults the peer is shown out. */
  readonly faults: number
  /** With this many unknown commands as well. */
  readonly unknown: number
  /** RSET, NOOP, VRFY and ETRN that are not counted as faults, since the last message. */
  readonly junk: number
  /** Past this many faults each answer waits. */
  readonly sleepAfter: number
  readonly sleepMs: number
}

/** A mail server to be taken for: its words, and where its manners differ from Postfix's. */
export interface Persona {
  readonly name: string
  /** What it is taken for. */
  readonly software: string
  readonly maxMessageBytes: number
  readonly maxRecipients: number
  /** Bytes of a command line that are looked at; what is longer is read and dropped. */
  readonly maxLineBytes: number
  readonly lineEnds: LineEnds
  readonly faults: FaultRules
  readonly envelope: (verb: 'MAIL' | 'RCPT', rest: string, facts: Facts) => Envelope
  /** `MAIL` without `FROM:` is an unknown command, not a bad one. */
  readonly colonInVerb: boolean
  /** Whether HELO takes this; what follows the verb, trimmed. */
  readonly heloAccepts: (name: string) => boolean
  /** First words that it hangs up on, with what it says; undefined for most. */
  readonly rude: (line: string) => string | undefined
  /** The answer to clients that talk out of turn (Exim's synchronisation check); undefined where nobody minds. */
  readonly outOfTurn: string | undefined
  /** A leading blank is forgiven. */
  readonly trimsLines: boolean
  /** BDAT with a word that is not LAST: refused, and the end of the connection as well, or taken for no word. */
  readonly bdat: 'strict' | 'ends' | 'lenient'
  /** AUTH before EHLO is refused as off. */
  readonly authNeedsEhlo: boolean
  /** What its configuration offers where AUTH is offered, in its order. */
  readonly mechanisms: readonly string[]
  /** A challenge of CRAM-MD5 (RFC 2195 §2), angle brackets and all. */
  readonly challenge: (host: string, connection: number) => string
  /** One queue id more; `connection` is the same for one connection. */
  readonly queueId: (connection: number) => string
  readonly replies: (host: string) => Replies
}

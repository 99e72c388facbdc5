import type { Facts, Persona, Replies } from '../persona.ts'
import { eximMessageId } from '../queue-id.ts'
import { eximEnvelope, eximPath } from './exim-envelope.ts'

/** Exim 4.96 with the ways of Debian 12's configuration; answers recorded from it (testdata/smtp). */
export const exim: Persona = {
  name: 'exim',
  software: 'Exim 4.96 on Debian 12',
  maxMessageBytes: 52_428_800,
  maxRecipients: 50_000,
  maxLineBytes: 16_384,
  lineEnds: 'first',
  faults: {
    counts: (answer) => /^50[0-4]/.test(answer),
    faults: 4,
    unknown: 4,
    junk: Infinity,
    sleepAfter: Infinity,
    sleepMs: 0,
  },
  envelope: eximEnvelope,
  colonInVerb: true,
  heloAccepts: (name) => /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f.:IPVv]+\])$/.test(name),
  rude: () => undefined,
  outOfTurn: '554 SMTP synchronization error',
  trimsLines: false,
  bdat: 'lenient',
  authNeedsEhlo: true,
  mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
  challenge: (host, connection) =>
    `<${2000 + (connection % 30_000)}.${Math.floor(Date.now() / 1000)}@${host}>`,
  queueId: eximMessageId,
  replies,
}

function replies(host: string): Replies {
  const hello = (facts: Facts): string => `${host} Hello ${facts.helo} [${facts.peer}]`
  return {
    banner: () => `220 ${host} ESMTP Exim 4.96 ${rfc5322Date(new Date())}`,
    helo: (facts) => `250 ${hello(facts)}`,
    ehlo: (facts) => ehlo(hello(facts), facts),
    heloSyntax: (verb) => `501 Syntactically invalid ${verb} argument(s)`,
    heloFirst: '503 HELO or EHLO required',
    mail: () => '250 OK',
    mailAgain: '503 sender already given',
    rcpt: () => '250 Accepted',
    rcptFirst: '503 sender not yet given',
    rcptAfterBdat: '503 only BDAT permissible after non-LAST BDAT',
    tooManyRecipients: '452 too many recipients',
    data: '354 Enter message, ending with "." on a line by itself',
    dataSyntax: '501 unexpected argument data',
    dataNoMail: '503 valid RCPT command must precede DATA',
    dataNoRcpt: '503 valid RCPT command must precede DATA',
    dataAfterBdat: '503 only BDAT permissible after non-LAST BDAT',
    queued: (id) => `250 OK id=${id}`,
    tooBig: '552 Message size exceeds maximum permitted',
    noRoom: '452 space shortage, please try later',
    notKept: '452 space shortage, please try later',
    bdat: (bytes) => `250 ${bytes} byte chunk received`,
    bdatQueued: (id, chunk, _lines, bytes) =>
      `250- ${chunk} byte chunk, total ${bytes + 3}\r\n250 OK id=${id}`,
    bdatSyntax: '501 missing size for BDAT command',
    bdatTooBig: '552 Message size exceeds maximum permitted',
    bdatNoMail: '503 valid RCPT command must precede BDAT',
    bdatNoRcpt: '503 valid RCPT command must precede BDAT',
    bdatDiscarded: () => '503 valid RCPT command must precede BDAT',
    rset: '250 Reset OK',
    rsetSyntax: '501 unexpected argument data',
    noop: '250 OK',
    quit: `221 ${host} closing connection`,
    quitSyntax: '501 unexpected argument data',
    help: '214-Commands supported:\r\n214 AUTH STARTTLS HELO EHLO MAIL RCPT DATA BDAT NOOP QUIT RSET HELP',
    vrfy,
    expn: () => '550 Administrative prohibition',
    etrn: () => '458 Administrative prohibition',
    refused: {},
    unknown: '500 unrecognized command',
    empty: '500 unrecognized command',
    notUtf8: undefined,
    nul: '501 NUL characters are not allowed in SMTP commands',
    authOk: '235 Authentication succeeded',
    authFailed: '535 Incorrect authentication data',
    authShape: '535 Incorrect authentication data',
    authBase64: () => '501 Invalid base64 data',
    authInitial: '553 Initial data not expected',
    authAborted: '501 Authentication cancelled',
    authSyntax: '504  authentication mechanism not supported',
    authUnknown: (mechanism) => `504 ${mechanism} authentication mechanism not supported`,
    authAgain: '503 already authenticated',
    authInMail: '503 not permitted in mail transaction',
    authOff: '503 AUTH command used when not advertised',
    startTls: '220 TLS go ahead',
    startTlsSyntax: '501 unexpected argument data',
    startTlsAgain: '503 STARTTLS command used when not advertised',
    startTlsOff: '503 STARTTLS command used when not advertised',
    timeout: `421 ${host}: SMTP command timeout - closing connection`,
    tooManyConnections: () => '421 Too many concurrent SMTP connections; please try again later.',
    tooManyFaults: (answer, unknown) =>
      unknown ? '500 Too many unrecognized commands' : tooManyFaults(answer),
  }
}

function tooManyFaults(answer: string): string {
  return `${answer.slice(0, 3)}-${answer.slice(4)}\r\n${answer.slice(0, 3)} Too many syntax or protocol errors`
}

function ehlo(hello: string, facts: Facts): string {
  const words = [`SIZE ${facts.maxMessageBytes}`, '8BITMIME', 'PIPELINING', 'PIPECONNECT']
  if (facts.mechanisms.length > 0) words.push(`AUTH ${facts.mechanisms.join(' ')}`)
  words.push('CHUNKING')
  if (facts.startTls) words.push('STARTTLS')
  words.push('SMTPUTF8')
  return `250-${hello}\r\n${words.map((word) => `250-${word}\r\n`).join('')}250 HELP`
}

function vrfy(rest: string): string {
  if (rest === '') return '501 empty address'
  const path = eximPath(rest)
  if ('why' in path) return `501 ${path.why}`
  return path.domain === undefined
    ? `501 ${rest}: recipient address must contain a domain`
    : '252 Administrative prohibition'
}

/** `Wed, 25 Nov 2026 01:46:07 +0000`: the machine pretends to keep its clock in UTC. */
export function rfc5322Date(now: Date): string {
  return now.toUTCString().replace('GMT', '+0000')
}

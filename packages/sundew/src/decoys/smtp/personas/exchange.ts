import { randomBytes, randomInt } from 'node:crypto'
import { addressOf, splitOperand } from '../../../wire/smtp/path.ts'
import type { Envelope, Facts, Persona, Replies } from '../persona.ts'
import { rfc5322Date } from './exim.ts'

/**
 * Exchange Server 2016 to 2019, its front-end receive connector. Made from Microsoft's public documentation and from
 * answers quoted in public support threads, not from a recording.
 */
export const exchange: Persona = {
  name: 'exchange',
  software: 'Microsoft Exchange Server 2019',
  maxMessageBytes: 37_748_736,
  maxRecipients: 200,
  maxLineBytes: 4096,
  lineEnds: 'crlf',
  faults: {
    counts: (answer) => answer.startsWith('5'),
    faults: 5,
    unknown: 5,
    junk: Infinity,
    sleepAfter: 0,
    sleepMs: 5000,
  },
  envelope,
  colonInVerb: false,
  heloAccepts: (name) => /^[\w.:[\]-]*$/.test(name),
  rude: () => undefined,
  outOfTurn: undefined,
  trimsLines: true,
  bdat: 'strict',
  authNeedsEhlo: false,
  mechanisms: ['LOGIN'],
  challenge: (host) => `<${randomInt(2 ** 32)}.${Date.now()}@${host}>`,
  queueId: () => `${randomBytes(16).toString('hex')}`,
  replies,
}

function replies(host: string): Replies {
  const hello = (facts: Facts): string => `${host} Hello [${facts.peer}]`
  const queued = (id: string, bytes: number): string =>
    `250 2.6.0 <${id}@${host}> [InternalId=${randomInt(2 ** 41, 2 ** 42)}, Hostname=${host}] ${bytes} bytes in 0.${randomInt(105, 290)}, ${(bytes / 205).toFixed(3)} KB/sec Queued mail for delivery`
  return {
    banner: () => `220 ${host} Microsoft ESMTP MAIL Service ready at ${rfc5322Date(new Date())}`,
    helo: (facts) => `250 ${hello(facts)}`,
    ehlo: (facts) => ehlo(hello(facts), facts),
    heloSyntax: () => '501 5.5.4 Invalid domain name',
    heloFirst: '503 5.5.2 Send hello first',
    mail: () => '250 2.1.0 Sender OK',
    mailAgain: '503 5.5.2 Sender already specified',
    rcpt: () => '250 2.1.5 Recipient OK',
    rcptFirst: '503 5.5.2 Need mail command',
    rcptAfterBdat: '503 5.5.2 Bad sequence of commands',
    tooManyRecipients: '452 4.5.3 Too many recipients',
    data: '354 Start mail input; end with <CRLF>.<CRLF>',
    dataSyntax: '501 5.5.4 Invalid arguments',
    dataNoMail: '503 5.5.2 Need mail command',
    dataNoRcpt: '503 5.5.2 Need rcpt command',
    dataAfterBdat: '503 5.5.2 Bad sequence of commands',
    queued,
    tooBig: '552 5.3.4 Message size exceeds fixed maximum message size',
    noRoom: '452 4.3.1 Insufficient system resources',
    notKept: '452 4.3.1 Insufficient system resources',
    bdat: (bytes) => `250 2.6.0 CHUNK received OK, ${bytes} octets`,
    bdatQueued: (id, _chunk, _lines, bytes) => queued(id, bytes),
    bdatSyntax: '501 5.5.4 Invalid arguments',
    bdatTooBig: '552 5.3.4 Message size exceeds fixed maximum message size',
    bdatNoMail: '503 5.5.2 Need mail command',
    bdatNoRcpt: '503 5.5.2 Need rcpt command',
    bdatDiscarded: () => '503 5.5.2 Bad sequence of commands',
    rset: '250 2.0.0 Resetting',
    rsetSyntax: '501 5.5.4 Invalid arguments',
    noop: '250 2.0.0 OK',
    quit: '221 2.0.0 Service closing transmission channel',
    quitSyntax: '501 5.5.4 Invalid arguments',
    help: '214-This server supports the following commands:\r\n214 HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT',
    vrfy: () => '252 2.1.5 Cannot VRFY user',
    expn: undefined,
    etrn: undefined,
    refused: {},
    unknown: '500 5.3.3 Unrecognized command',
    empty: '500 5.3.3 Unrecognized command',
    notUtf8: undefined,
    nul: undefined,
    authOk: '235 2.7.0 Authentication successful',
    authFailed: '535 5.7.3 Authentication unsuccessful',
    authShape: '535 5.7.3 Authentication unsuccessful',
    authBase64: () => '501 5.5.2 Cannot decode the argument',
    authInitial: '535 5.7.3 Authentication unsuccessful',
    authAborted: '501 5.7.0 Authentication cancelled',
    authSyntax: '501 5.5.4 Invalid arguments',
    authUnknown: () => '504 5.7.4 Unrecognized authentication type',
    authAgain: '503 5.5.2 Already authenticated',
    authInMail: '503 5.5.2 Bad sequence of commands',
    authOff: '504 5.7.4 Unrecognized authentication type',
    startTls: '220 2.0.0 SMTP server ready',
    startTlsSyntax: '501 5.5.4 Invalid arguments',
    startTlsAgain: '503 5.5.2 Only one STARTTLS command can be issued per session',
    startTlsOff: '500 5.3.3 Unrecognized command',
    timeout: '451 4.7.0 Timeout waiting for client input',
    tooManyConnections: () =>
      '421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel',
    tooManyFaults: (answer) =>
      `${answer}\r\n421 4.7.0 Too many errors on this connection, closing transmission channel`,
  }
}

function ehlo(hello: string, facts: Facts): string {
  const words = [`SIZE ${facts.maxMessageBytes}`, 'PIPELINING', 'DSN', 'ENHANCEDSTATUSCODES']
  if (facts.startTls) words.push('STARTTLS')
  if (facts.mechanisms.length > 0) words.push(`AUTH ${facts.mechanisms.join(' ')}`)
  words.push('8BITMIME', 'BINARYMIME')
  return `250-${hello}\r\n${words.map((word) => `250-${word}\r\n`).join('')}250 CHUNKING`
}

function envelope(verb: 'MAIL' | 'RCPT', rest: string, facts: Facts): Envelope {
  const operand = splitOperand(rest, verb === 'MAIL' ? 'FROM' : 'TO')
  if (!operand) return { refuse: '501 5.5.4 Invalid arguments' }
  const address = operand.open ? undefined : addressOf(operand.path)
  if (address === undefined || (verb === 'RCPT' && address === '')) {
    return { refuse: verb === 'MAIL' ? '501 5.1.7 Invalid address' : '501 5.1.3 Invalid address' }
  }
  for (const word of operand.words) {
    const size = /^SIZE=(\d{1,18})$/i.exec(word)?.[1]
    if (size !== undefined && Number(size) > facts.maxMessageBytes) {
      return { refuse: '552 5.3.4 Message size exceeds fixed maximum message size' }
    }
    const known = verb === 'MAIL' ? /^(?:SIZE|BODY|RET|ENVID|AUTH)=|^SMTPUTF8$/i : /^(?:NOTIFY|ORCPT)=/i
    if (!known.test(word)) return { refuse: '501 5.5.4 Invalid arguments' }
  }
  return { address, params: operand.words }
}

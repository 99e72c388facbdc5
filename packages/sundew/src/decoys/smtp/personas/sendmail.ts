import { randomInt } from 'node:crypto'
import type { Envelope, Facts, Persona, Replies } from '../persona.ts'
import { sendmailQueueId } from '../queue-id.ts'
import { rfc5322Date } from './exim.ts'
import { addressOf, splitOperand } from '../../../wire/smtp/path.ts'

/**
 * Sendmail 8.17 as Debian 12 sets it up. Made from its public documentation (the operations guide, RFCs and its
 * published message catalogue), not from a recording.
 */
export const sendmail: Persona = {
  name: 'sendmail',
  software: 'Sendmail 8.17 on Debian 12',
  maxMessageBytes: 52_428_800,
  maxRecipients: 100,
  maxLineBytes: 2048,
  lineEnds: 'lf',
  faults: {
    counts: (answer) => answer.startsWith('5'),
    faults: 50,
    unknown: 25,
    junk: 20,
    sleepAfter: Infinity,
    sleepMs: 0,
  },
  envelope,
  colonInVerb: false,
  heloAccepts: (name) => /^[\w.:[\]-]+$/.test(name),
  rude: (line) =>
    /^(?:GET|POST|CONNECT|USER)[ \t]/i.test(line) ? '421 4.7.0 Rejecting open proxy' : undefined,
  outOfTurn: undefined,
  trimsLines: true,
  bdat: 'strict',
  authNeedsEhlo: false,
  mechanisms: ['CRAM-MD5', 'LOGIN', 'PLAIN'],
  challenge: (host) => `<${randomInt(2 ** 32)}.${Math.floor(Date.now() / 1000) % 1_000_000}@${host}>`,
  queueId: sendmailQueueId,
  replies,
}

function replies(host: string): Replies {
  const hello = (facts: Facts): string => `${host} Hello [${facts.peer}], pleased to meet you`
  return {
    banner: () =>
      `220 ${host} ESMTP Sendmail 8.17.1.9/8.17.1.9/Debian-2+deb12u2; ${rfc5322Date(new Date())}; (No UCE/UBE) logging access from: [UNAVAILABLE](UNAVAILABLE)`,
    helo: (facts) => `250 ${hello(facts)}`,
    ehlo: (facts) => ehlo(hello(facts), facts),
    heloSyntax: (verb) => `501 5.0.0 ${verb} requires domain address`,
    heloFirst: undefined,
    mail: (address) => `250 2.1.0 <${address}>... Sender ok`,
    mailAgain: '503 5.5.0 Sender already specified',
    rcpt: (address) => `250 2.1.5 <${address}>... Recipient ok`,
    rcptFirst: '503 5.0.0 Need MAIL before RCPT',
    rcptAfterBdat: '503 5.0.0 Need MAIL before RCPT',
    tooManyRecipients: '452 4.5.3 Too many recipients',
    data: '354 Enter mail, end with "." on a line by itself',
    dataSyntax: '501 5.5.4 Syntax error in parameters scanning "DATA"',
    dataNoMail: '503 5.0.0 Need MAIL command',
    dataNoRcpt: '503 5.0.0 Need RCPT (recipient)',
    dataAfterBdat: '503 5.0.0 Need MAIL command',
    queued: (id) => `250 2.0.0 ${id} Message accepted for delivery`,
    tooBig: '552 5.2.3 Message exceeds maximum fixed size (52428800)',
    noRoom: '452 4.4.5 Insufficient disk space; try again later',
    notKept: '452 4.4.5 Insufficient disk space; try again later',
    bdat: (bytes) => `250 2.0.0 ${bytes} bytes received`,
    bdatQueued: (id) => `250 2.0.0 ${id} Message accepted for delivery`,
    bdatSyntax: '501 5.5.4 Syntax error in parameters scanning "BDAT"',
    bdatTooBig: '552 5.2.3 Message exceeds maximum fixed size (52428800)',
    bdatNoMail: '503 5.0.0 Need MAIL command',
    bdatNoRcpt: '503 5.0.0 Need RCPT (recipient)',
    bdatDiscarded: () => '503 5.0.0 Need MAIL command',
    rset: '250 2.0.0 Reset state',
    rsetSyntax: undefined,
    noop: '250 2.0.0 OK',
    quit: `221 2.0.0 ${host} closing connection`,
    quitSyntax: undefined,
    help: help(host),
    vrfy: (rest) =>
      rest === ''
        ? '501 5.5.2 Argument required'
        : '252 2.5.2 Cannot VRFY user; try RCPT to attempt delivery (or try finger)',
    expn: () => '502 5.7.0 Sorry, we do not allow this operation',
    etrn: (rest) => (rest === '' ? '500 5.5.2 Parameter required' : '252 2.0.0 Cannot ETRN'),
    refused: { VERB: '502 5.7.0 Verbose unavailable' },
    unknown: '500 5.5.1 Command unrecognized',
    empty: '500 5.5.1 Command unrecognized: ""',
    notUtf8: undefined,
    nul: undefined,
    authOk: '235 2.0.0 OK Authenticated',
    authFailed: '535 5.7.0 authentication failed',
    authShape: '535 5.7.0 authentication failed',
    authBase64: () => '501 5.5.4 cannot decode AUTH parameter',
    authInitial: '535 5.7.0 authentication failed',
    authAborted: '501 5.0.0 AUTH aborted',
    authSyntax: '501 5.5.2 AUTH mechanism must be specified',
    authUnknown: (mechanism) => `504 5.3.3 AUTH mechanism ${mechanism} not available`,
    authAgain: '503 5.5.0 Already Authenticated',
    authInMail: '503 5.5.0 AUTH not permitted during a mail transaction',
    authOff: '503 5.3.3 AUTH not available',
    startTls: '220 2.0.0 Ready to start TLS',
    startTlsSyntax: '501 5.5.2 Syntax error (no parameters allowed)',
    startTlsAgain: '503 5.5.0 TLS not available',
    startTlsOff: '503 5.5.0 TLS not available',
    timeout: `421 4.4.1 ${host} Lost input channel from peer`,
    tooManyConnections: () => '421 4.3.2 Connection rate limit exceeded.',
    tooManyFaults: () => `421 4.7.0 ${host} Too many bad commands; closing connection`,
  }
}

function ehlo(hello: string, facts: Facts): string {
  const words = [
    'ENHANCEDSTATUSCODES',
    'PIPELINING',
    '8BITMIME',
    `SIZE ${facts.maxMessageBytes}`,
    'DSN',
    'ETRN',
  ]
  if (facts.mechanisms.length > 0) words.push(`AUTH ${facts.mechanisms.join(' ')}`)
  if (facts.startTls) words.push('STARTTLS')
  words.push('DELIVERBY')
  return `250-${hello}\r\n${words.map((word) => `250-${word}\r\n`).join('')}250 HELP`
}

function help(host: string): string {
  return [
    '214-2.0.0 This is sendmail version 8.17.1.9',
    '214-2.0.0 Topics:',
    '214-2.0.0 \tHELO\tEHLO\tMAIL\tRCPT\tDATA',
    '214-2.0.0 \tRSET\tNOOP\tQUIT\tHELP\tVRFY',
    '214-2.0.0 \tEXPN\tVERB\tETRN\tDSN\tAUTH',
    '214-2.0.0 \tSTARTTLS',
    '214-2.0.0 For more info use "HELP <topic>".',
    `214-2.0.0 For local information send email to Postmaster at ${host}.`,
    '214 2.0.0 End of HELP info',
  ].join('\r\n')
}

function envelope(verb: 'MAIL' | 'RCPT', rest: string, facts: Facts): Envelope {
  const operand = splitOperand(rest, verb === 'MAIL' ? 'FROM' : 'TO')
  if (!operand) return { refuse: `501 5.5.2 Syntax error in parameters scanning "${rest.slice(0, 64)}"` }
  const address = operand.open ? undefined : addressOf(operand.path)
  if (address === undefined || (verb === 'RCPT' && address === '')) {
    return { refuse: `553 5.1.3 ${operand.path}... User address required` }
  }
  for (const word of operand.words) {
    const size = /^SIZE=(\d{1,18})$/i.exec(word)?.[1]
    if (size !== undefined && Number(size) > facts.maxMessageBytes) {
      return {
        refuse: `552 5.2.3 Message size exceeds fixed maximum message size (${facts.maxMessageBytes})`,
      }
    }
    const known = verb === 'MAIL' ? /^(?:SIZE|BODY|RET|ENVID|AUTH|BY)=/i : /^(?:NOTIFY|ORCPT)=/i
    if (!known.test(word)) return { refuse: `555 5.5.4 ${word.split('=')[0]} parameter unrecognized` }
  }
  return { address, params: operand.words }
}

import { randomInt } from 'node:crypto'
import { fromXtext } from '../../../wire/smtp/xtext.ts'
import { addressOf, splitOperand } from '../../../wire/smtp/path.ts'
import type { Envelope, Facts, Persona, Replies } from '../persona.ts'
import { postfixQueueId } from '../queue-id.ts'

/** Postfix 3.7.11 as Debian 12 sets it up; every answer recorded from it (testdata/smtp). */
export const postfix: Persona = {
  name: 'postfix',
  software: 'Postfix 3.7 on Debian 12',
  maxMessageBytes: 10_240_000,
  maxRecipients: 1000,
  maxLineBytes: 2048,
  lineEnds: 'lf',
  faults: {
    counts: () => true,
    faults: 20,
    unknown: Infinity,
    junk: 100,
    sleepAfter: 10,
    sleepMs: 1000,
  },
  envelope,
  colonInVerb: false,
  heloAccepts: (name) => name !== '',
  rude: (line) =>
    /^(?:(?:CONNECT|GET|POST)(?:[ \t]|$)|[^A-Za-z])/i.test(line)
      ? '221 2.7.0 Error: I can break rules, too. Goodbye.'
      : undefined,
  outOfTurn: undefined,
  trimsLines: true,
  bdat: 'ends',
  authNeedsEhlo: false,
  mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
  challenge: (host) => `<${randomInt(2 ** 32)}.${Math.floor(Date.now() / 1000) % 1_000_000}@${host}>`,
  queueId: postfixQueueId,
  replies,
}

function replies(host: string): Replies {
  const loginFailed = (why: string): string => `535 5.7.8 Error: authentication failed: ${why}`
  return {
    banner: () => `220 ${host} ESMTP Postfix (Debian/GNU)`,
    helo: () => `250 ${host}`,
    ehlo: (facts) => ehlo(host, facts),
    heloSyntax: (verb) => `501 Syntax: ${verb} hostname`,
    heloFirst: undefined,
    mail: () => '250 2.1.0 Ok',
    mailAgain: '503 5.5.1 Error: nested MAIL command',
    rcpt: () => '250 2.1.5 Ok',
    rcptFirst: '503 5.5.1 Error: need MAIL command',
    rcptAfterBdat: '503 5.5.1 Error: RCPT after BDAT',
    tooManyRecipients: '452 4.5.3 Error: too many recipients',
    data: '354 End data with <CR><LF>.<CR><LF>',
    dataSyntax: '501 5.5.4 Syntax: DATA',
    dataNoMail: '503 5.5.1 Error: need RCPT command',
    dataNoRcpt: '554 5.5.1 Error: no valid recipients',
    dataAfterBdat: '503 5.5.1 Error: DATA after BDAT',
    queued: (id) => `250 2.0.0 Ok: queued as ${id}`,
    tooBig: '552 5.3.4 Error: message file too big',
    noRoom: '452 4.3.1 Insufficient system storage',
    notKept: '452 4.3.1 Insufficient system storage',
    bdat: (bytes) => `250 2.0.0 Ok: ${bytes} bytes`,
    bdatQueued: (id, _chunk, lines) => `250 2.0.0 Ok: ${lines} bytes queued as ${id}`,
    bdatSyntax: '521 5.5.4 Syntax: BDAT count [LAST]',
    bdatTooBig: '552 5.3.4 Chunk exceeds message size limit',
    bdatNoMail: '503 5.5.1 Error: need RCPT command',
    bdatNoRcpt: '554 5.5.1 Error: no valid recipients',
    bdatDiscarded: (bytes) => `551 5.0.0 Discarded ${bytes} bytes after earlier error`,
    rset: '250 2.0.0 Ok',
    rsetSyntax: '501 5.5.4 Syntax: RSET',
    noop: '250 2.0.0 Ok',
    quit: '221 2.0.0 Bye',
    quitSyntax: undefined,
    help: undefined,
    vrfy,
    expn: undefined,
    etrn,
    refused: {
      XCLIENT: '550 5.7.0 Error: insufficient authorization',
      XFORWARD: '550 5.7.0 Error: insufficient authorization',
    },
    unknown: '500 5.5.2 Error: command not recognized',
    empty: '500 5.5.2 Error: bad syntax',
    notUtf8: '500 5.5.2 Error: bad UTF-8 syntax',
    nul: undefined,
    authOk: '235 2.7.0 Authentication successful',
    authFailed: loginFailed('authentication failure'),
    authShape: loginFailed('bad protocol / cancel'),
    authBase64: (fault) =>
      loginFailed(
        fault === 'incomplete' ? 'another step is needed in authentication' : 'bad protocol / cancel',
      ),
    authInitial: undefined,
    authAborted: '501 5.7.0 Authentication aborted',
    authSyntax: '501 5.5.4 Syntax: AUTH mechanism',
    authUnknown: () => loginFailed('no mechanism available'),
    authAgain: '503 5.5.1 Error: already authenticated',
    authInMail: '503 5.5.1 Error: MAIL transaction in progress',
    authOff: '503 5.5.1 Error: authentication not enabled',
    startTls: '220 2.0.0 Ready to start TLS',
    startTlsSyntax: '501 5.5.4 Syntax: STARTTLS',
    startTlsAgain: '554 5.5.1 Error: TLS already active',
    startTlsOff: '502 5.5.1 Error: command not implemented',
    timeout: `421 4.4.2 ${host} Error: timeout exceeded`,
    tooManyConnections: (peer) => `421 4.7.0 ${host} Error: too many connections from ${peer}`,
    tooManyFaults: (answer) => `${answer}\r\n421 4.7.0 ${host} Error: too many errors`,
  }
}

function ehlo(host: string, facts: Facts): string {
  const words = ['PIPELINING', `SIZE ${facts.maxMessageBytes}`, 'VRFY', 'ETRN']
  if (facts.startTls) words.push('STARTTLS')
  if (facts.mechanisms.length > 0) words.push(`AUTH ${facts.mechanisms.join(' ')}`)
  words.push('ENHANCEDSTATUSCODES', '8BITMIME', 'DSN', 'SMTPUTF8', 'CHUNKING')
  const last = words.pop()!
  return `250-${host}\r\n${words.map((word) => `250-${word}\r\n`).join('')}250 ${last}`
}

const bad = {
  MAIL: { syntax: '501 5.5.4 Syntax: MAIL FROM:<address>', path: '501 5.1.7 Bad sender address syntax' },
  RCPT: { syntax: '501 5.5.4 Syntax: RCPT TO:<address>', path: '501 5.1.3 Bad recipient address syntax' },
} as const

function envelope(verb: 'MAIL' | 'RCPT', rest: string, facts: Facts): Envelope {
  const operand = splitOperand(rest, verb === 'MAIL' ? 'FROM' : 'TO')
  if (!operand) return { refuse: bad[verb].syntax }
  const address = operand.open ? undefined : addressOf(operand.path)
  if (address === undefined || (verb === 'RCPT' && address === '')) return { refuse: bad[verb].path }
  const seen = new Set<string>()
  for (const word of operand.words) {
    const refuse = verb === 'MAIL' ? mailFault(word, seen, facts) : rcptFault(word, seen)
    if (refuse !== undefined) return { refuse }
  }
  return { address, params: operand.words }
}

/** What Postfix says against a parameter of MAIL FROM; undefined where nothing. */
function mailFault(word: string, seen: Set<string>, facts: Facts): string | undefined {
  const [name, value] = nameAndValue(word)
  const again = seen.has(name)
  seen.add(name)
  switch (name) {
    case 'BODY':
      return /^(?:8BITMIME|7BIT)$/i.test(value ?? '') ? undefined : unsupported(word)
    case 'SIZE':
      if (!/^\d+$/.test(value ?? '')) return '501 5.5.4 Bad message size syntax'
      if (value!.length > 18) return '552 5.3.4 Message size exceeds file system imposed limit'
      return Number(value) > facts.maxMessageBytes ? '552 5.3.4 Message size exceeds fixed limit' : undefined
    case 'SMTPUTF8':
      return value === undefined ? undefined : unsupported(word)
    case 'AUTH':
      return value === undefined ? unsupported(word) : undefined
    case 'RET':
      return !again && /^(?:FULL|HDRS)$/i.test(value ?? '') ? undefined : '501 5.5.4 Bad RET parameter syntax'
    case 'ENVID':
      return !again && value !== undefined && fromXtext(value) !== undefined
        ? undefined
        : '501 5.5.4 Bad ENVID parameter syntax'
    default:
      return unsupported(word)
  }
}

function rcptFault(word: string, seen: Set<string>): string | undefined {
  const [name, value] = nameAndValue(word)
  const again = seen.has(name)
  seen.add(name)
  if (name === 'NOTIFY') {
    const good = /^(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*)$/i.test(value ?? '')
    return good && !again ? undefined : '501 5.5.4 Error: Bad NOTIFY parameter syntax'
  }
  if (name === 'ORCPT') {
    const good = !again && /^[^;]+;./.test(value ?? '')
    return good ? undefined : '501 5.5.4 Error: Bad ORCPT parameter syntax'
  }
  return unsupported(word)
}

function nameAndValue(word: string): [string, string | undefined] {
  const equals = word.indexOf('=')
  return equals < 0
    ? [word.toUpperCase(), undefined]
    : [word.slice(0, equals).toUpperCase(), word.slice(equals + 1)]
}

function unsupported(word: string): string {
  return `555 5.5.4 Unsupported option: ${word}`
}

function vrfy(rest: string): string {
  const operand = splitOperand(`TO:${rest}`, 'TO')
  if (!operand) return '501 5.5.4 Syntax: VRFY address [SMTPUTF8]'
  const words = operand.words.filter((word) => word.toUpperCase() !== 'SMTPUTF8')
  const address = operand.open || words.length > 0 ? undefined : addressOf(operand.path)
  if (address === undefined || address === '') return bad.RCPT.path
  return `252 2.0.0 ${operand.path}`
}

function etrn(rest: string): string {
  if (rest === '' || /[ \t]/.test(rest)) return '500 Syntax: ETRN domain'
  return `459 <${rest.replace(/^[@#]/, '')}>: service unavailable`
}

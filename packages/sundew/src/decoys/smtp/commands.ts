import type { ByteString } from '../../event/bytes.ts'
import type { Conversation } from './conversation.ts'

/** Commands of one session that are recorded one by one; the rest are counted. */
const maxRecorded = 1000
/** A chunk past this is no chunk (RFC 3030 sets no limit; Postfix reads the number into a long). */
const maxChunkBytes = 2 ** 31 - 1

/** Does what one line says, and answers. False where the persona knows no such command. */
export function command(talk: Conversation, line: string): boolean {
  let at = 0
  while (at < line.length && line.charCodeAt(at) !== 0x20 && line.charCodeAt(at) !== 0x09) at++
  const verb = line.slice(0, at).toUpperCase()
  const rest = at < line.length ? line.slice(at + 1).trim() : ''
  const { replies } = talk.shared
  switch (verb) {
    case 'MAIL':
      return mail(talk, rest)
    case 'RCPT':
      return rcpt(talk, rest)
    case 'DATA':
      data(talk, rest)
      return true
    case 'BDAT':
      bdat(talk, rest)
      return true
    case 'RSET':
      if (rest !== '' && replies.rsetSyntax !== undefined) talk.say(replies.rsetSyntax)
      else {
        talk.transaction.reset()
        talk.junk(replies.rset)
      }
      return true
    case 'NOOP':
      talk.junk(replies.noop)
      return true
    case 'QUIT':
      quit(talk, rest)
      return true
    case 'EHLO':
    case 'HELO':
      hello(talk, verb, rest)
      return true
    case 'AUTH':
      talk.login.command(rest)
      return true
    case 'STARTTLS':
      beginTls(talk, rest)
      return true
    case 'VRFY':
      record(talk, line)
      talk.junk(replies.vrfy(rest))
      return true
    case 'EXPN':
      return tell(talk, line, replies.expn?.(rest))
    case 'ETRN':
      record(talk, line)
      if (replies.etrn === undefined) return false
      talk.junk(replies.etrn(rest))
      return true
    case 'HELP':
      return tell(talk, line, replies.help)
    default:
      return tell(talk, line, Object.hasOwn(replies.refused, verb) ? replies.refused[verb] : undefined, verb)
  }
}

const worthKeeping = new Set([
  'EXPN',
  'HELP',
  'XCLIENT',
  'XFORWARD',
  'TURN',
  'ATRN',
  'SEND',
  'SOML',
  'SAML',
  'VERB',
  'DEBUG',
  'WIZ',
])

/** Records a command and answers it; false where there is no answer. */
function tell(talk: Conversation, line: string, answer: string | undefined, verb = 'HELP'): boolean {
  if (worthKeeping.has(verb)) record(talk, line)
  if (answer === undefined) return false
  talk.say(answer)
  return true
}

function record(talk: Conversation, line: string): void {
  if (talk.tally.commands++ >= maxRecorded) {
    talk.tally.limit('commands', maxRecorded)
    return
  }
  talk.session.note('command.run', { command: line as ByteString })
}

function hello(talk: Conversation, verb: 'HELO' | 'EHLO', name: string): void {
  const { persona, replies } = talk.shared
  if (!persona.heloAccepts(name)) {
    talk.say(replies.heloSyntax(verb))
    return
  }
  talk.transaction.reset()
  talk.facts.helo = name
  talk.facts.extended = verb === 'EHLO'
  talk.say(verb === 'EHLO' ? replies.ehlo(talk.facts) : replies.helo(talk.facts))
  if (verb === 'HELO') outOfTurn(talk)
}

/** True where the persona minds that the peer did not wait, and has said so. */
function outOfTurn(talk: Conversation): boolean {
  const { outOfTurn: answer } = talk.shared.persona
  if (answer === undefined || !talk.more) return false
  talk.tally.malformed('smtp.pipelining', '' as ByteString)
  talk.say(answer)
  talk.end('persona')
  return true
}

function mail(talk: Conversation, rest: string): boolean {
  const { persona, replies } = talk.shared
  const { transaction } = talk
  if (persona.colonInVerb && !/^FROM:/i.test(rest)) return false
  if (replies.heloFirst !== undefined && talk.facts.helo === '') talk.say(replies.heloFirst)
  else if (transaction.open) talk.say(replies.mailAgain)
  else {
    const envelope = persona.envelope('MAIL', rest, talk.facts)
    if ('refuse' in envelope) talk.say(envelope.refuse)
    else if (talk.session.room() !== 'room') talk.say(replies.noRoom)
    else {
      transaction.mail(envelope.address, envelope.params)
      talk.say(replies.mail(envelope.address))
    }
  }
  return true
}

function rcpt(talk: Conversation, rest: string): boolean {
  const { persona, replies } = talk.shared
  const { transaction } = talk
  if (persona.colonInVerb && !/^TO:/i.test(rest)) return false
  if (!transaction.open) talk.say(replies.rcptFirst)
  else if (transaction.chunked) talk.say(replies.rcptAfterBdat)
  else {
    const envelope = persona.envelope('RCPT', rest, talk.facts)
    if ('refuse' in envelope) talk.say(envelope.refuse)
    else if (transaction.rcpt(envelope.address, envelope.params)) talk.say(replies.rcpt(envelope.address))
    else talk.say(replies.tooManyRecipients)
  }
  return true
}

function data(talk: Conversation, rest: string): void {
  const { replies } = talk.shared
  const { transaction } = talk
  if (transaction.chunked) talk.say(replies.dataAfterBdat)
  else if (transaction.recipients === 0) talk.say(transaction.open ? replies.dataNoRcpt : replies.dataNoMail)
  else if (rest !== '') talk.say(replies.dataSyntax)
  else if (!outOfTurn(talk)) {
    transaction.begin()
    talk.say(replies.data)
  }
}

function bdat(talk: Conversation, rest: string): void {
  const { persona, replies } = talk.shared
  const found = /^(\d{1,15})(?:[ \t]+(.*))?$/.exec(rest)
  const bytes = Number(found?.[1])
  const last = found?.[2]?.toUpperCase() === 'LAST'
  if (!found || bytes > maxChunkBytes || (found[2] !== undefined && !last && persona.bdat !== 'lenient')) {
    talk.say(replies.bdatSyntax)
    if (persona.bdat === 'ends') talk.end('persona')
    return
  }
  talk.transaction.beginChunk(bytes, last)
}

function quit(talk: Conversation, rest: string): void {
  const { replies } = talk.shared
  if (rest !== '' && replies.quitSyntax !== undefined) {
    talk.say(replies.quitSyntax)
    return
  }
  talk.say(replies.quit)
  talk.end('persona')
}

function beginTls(talk: Conversation, rest: string): void {
  const { replies } = talk.shared
  if (rest !== '') talk.say(replies.startTlsSyntax)
  else if (talk.facts.tls) talk.say(replies.startTlsAgain)
  else if (!talk.facts.startTls) talk.say(replies.startTlsOff)
  else {
    talk.say(replies.startTls)
    talk.turnToTls()
  }
}

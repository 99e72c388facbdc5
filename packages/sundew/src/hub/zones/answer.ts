import { classes, codes, flags, opcodes, types } from '../../wire/dns/codes.ts'
import { type Message, readMessage } from '../../wire/dns/message.ts'
import { encodeName, lowerName } from '../../wire/dns/name.ts'
import { TsigSigner, withTsigError } from '../../wire/dns/tsig.ts'
import { MessageWriter } from '../../wire/dns/writer.ts'
import type { Access } from './access.ts'
import { soaData } from './packing.ts'
import type { ServedZones } from './served.ts'
import { differences, soaAlone, wholeZone, type TransferQuestion } from './transfer.ts'

/** Bytes of an answer by UDP that every way takes (DNS flag day 2020), and that we say we take. */
const udpBytes = 1232
/** What we say of ourselves to those who speak EDNS (RFC 6891): an OPT record, without anything. */
const opt = Buffer.from([0, 0, types.opt, udpBytes >>> 8, udpBytes & 255, 0, 0, 0, 0, 0, 0])
const root = Uint8Array.of(0)

/** What is asked of, and what of it is counted. */
export interface Answering {
  readonly zones: ServedZones
  readonly access: Access
  /** Seconds since 1970. */
  readonly now: () => number
  /** A transfer begins: for the log. */
  readonly began: (what: 'AXFR' | 'IXFR', zone: string) => void
}

/**
 * The messages that answer a request; none where it deserves none. Whoever iterates sends each before it asks for the next.
 *
 * @param transport differences and whole zones go by TCP only
 */
export async function* answers(
  bytes: Uint8Array,
  transport: 'udp' | 'tcp',
  { zones, access, now, began }: Answering,
): AsyncGenerator<Uint8Array> {
  const message = readMessage(bytes)
  if (typeof message === 'string' || (message.flags & flags.response) !== 0) return
  const standing = access.of(bytes, message, now())
  if (!standing.may) {
    yield refusal(message, standing, now())
    return
  }
  const { signer } = standing
  const sign = (answer: Uint8Array) => (signer ? signer.sign(answer, now()) : answer)
  const edns = message.additionals.find(({ type }) => type === types.opt)
  const say = (code: number) => sign(short(message, code, edns !== undefined))

  const [question, ...more] = message.questions
  if (message.opcode !== opcodes.query) return void (yield say(codes.notImplemented))
  if (!question || more.length > 0) return void (yield say(codes.formatError))
  if (edns && ((edns.ttl >>> 16) & 255) !== 0) return void (yield sign(badVersion(message)))
  const name = lowerName(question.name)
  const served = question.class === classes.internet ? zones.find(name) : undefined
  if (!served) return void (yield say(codes.refused))
  const { version, journal } = served
  try {
    if (question.type === types.soa) {
      const answer = begun(message, codes.noError)
      answer.record('answers', pointer, types.soa, classes.internet, version.head.ttl, soaData(version.head))
      yield sign(withOpt(answer, edns !== undefined).bytes())
      return
    }
    if (question.type !== types.axfr && question.type !== types.ixfr) return void (yield say(codes.refused))
    const room = (signer?.room ?? 0) + opt.length
    const asked: TransferQuestion = { id: message.id, type: question.type, room }
    let first = true
    const sent = (answer: Buffer) => {
      const whole = first && edns ? Buffer.concat([answer, opt]) : answer
      if (whole !== answer) whole.writeUInt16BE(1, 10)
      first = false
      return sign(whole)
    }
    if (question.type === types.ixfr) {
      const has = serialOf(message, bytes)
      if (has === undefined) return void (yield say(codes.formatError))
      // By UDP the newest serial alone says: ask by TCP.
      if (has === version.head.serial || transport === 'udp')
        return void (yield sent(soaAlone(version, asked)))
      const steps = journal.since(has)
      began(steps ? 'IXFR' : 'AXFR', name)
      for await (const one of steps ? differences(version, steps, asked) : wholeZone(version, asked))
        yield sent(one)
      return
    }
    if (transport === 'udp') return void (yield say(codes.refused))
    began('AXFR', name)
    for await (const one of wholeZone(version, asked)) yield sent(one)
  } finally {
    await version.release()
  }
}

/** The name in the question, which is the first in the message. */
const pointer = Uint8Array.of(0xc0, 12)

/** The serial that who asks for differences has, which stands as SOA record in the authority section (RFC 1995 §3). */
function serialOf({ authorities }: Message, bytes: Uint8Array): number | undefined {
  const [soa] = authorities
  if (soa?.type !== types.soa || soa.data.length < 22) return undefined
  // Behind two names, of whatever length: five numbers.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.getUint32(soa.dataAt + soa.data.length - 20)
}

function begun({ id, flags: asked, questions }: Message, code: number): MessageWriter {
  const authoritative = code === codes.noError ? flags.authoritative : 0
  const kept = asked & (0x7800 | flags.recursionDesired)
  const writer = new MessageWriter().begin(id, flags.response | authoritative | kept | code)
  const [question] = questions
  const name = question && encodeName(question.name)
  if (name) writer.question(name, question.type, question.class)
  return writer
}

function withOpt(writer: MessageWriter, edns: boolean, upperCode = 0): MessageWriter {
  if (edns) writer.record('additionals', root, types.opt, udpBytes, upperCode * 2 ** 24, new Uint8Array())
  return writer
}

function short(message: Message, code: number, edns: boolean): Uint8Array {
  return withOpt(begun(message, code), edns).bytes()
}

/** RFC 6891 §6.1.3: the upper bits of the code stand in the OPT record. */
function badVersion(message: Message): Uint8Array {
  return withOpt(begun(message, codes.badVersion & 15), true, codes.badVersion >>> 4).bytes()
}

function refusal(
  message: Message,
  standing: Exclude<ReturnType<Access['of']>, { may: true }>,
  nowSeconds: number,
): Uint8Array {
  if (standing.why === 'unsigned') return short(message, codes.refused, false)
  if (standing.why === 'malformed') return short(message, codes.formatError, false)
  const { tsig, key, why } = standing
  const answer = short(message, codes.notAuthoritative, false)
  return why === 'time' && key
    ? new TsigSigner(key, tsig.mac).signBadTime(answer, tsig.time, nowSeconds)
    : withTsigError(answer, tsig, why)
}

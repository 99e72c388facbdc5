import { classes, codes, flags, types } from './codes.ts'
import { type Message, readMessage } from './message.ts'
import { encodeName, lowerName } from './name.ts'
import { MessageWriter } from './writer.ts'

/** What a name server says of a name's IPv4 addresses. */
export type AddressAnswer =
  | { readonly outcome: 'found'; readonly addresses: readonly string[] }
  /** There is no such name, or it has no address. */
  | { readonly outcome: 'none' }
  /** It could or would not say. */
  | { readonly outcome: 'failed'; readonly why: 'refused' | 'server failure' | 'truncated' | 'other' }

/**
 * Asks for a name's IPv4 addresses (RFC 1035 §4.1), recursion desired.
 *
 * @param id 0 to 65535, hard to guess
 * @returns undefined where the text is no name
 */
export function addressQuestion(name: string, id: number): Uint8Array | undefined {
  const encoded = encodeName(name)
  if (!encoded) return undefined
  const writer = new MessageWriter().begin(id, flags.recursionDesired)
  writer.question(encoded, types.a, classes.internet)
  return writer.bytes()
}

/**
 * Reads what came for such a question.
 *
 * @returns undefined where it is no answer to it: another's, or no message at all
 */
export function readAddresses(bytes: Uint8Array, name: string, id: number): AddressAnswer | undefined {
  const message = readMessage(bytes)
  if (typeof message === 'string' || message.id !== id || !isAnswer(message, name)) return undefined
  const failed = (why: (AddressAnswer & { outcome: 'failed' })['why']): AddressAnswer => ({
    outcome: 'failed',
    why,
  })
  if ((message.flags & flags.truncated) !== 0) return failed('truncated')
  if (message.code === codes.noSuchName) return { outcome: 'none' }
  if (message.code === codes.refused) return failed('refused')
  if (message.code === codes.serverFailure) return failed('server failure')
  if (message.code !== codes.noError) return failed('other')
  const addresses = message.answers
    .filter(
      (record) => record.type === types.a && record.class === classes.internet && record.data.length === 4,
    )
    .map(({ data }) => data.join('.'))
  return addresses.length === 0 ? { outcome: 'none' } : { outcome: 'found', addresses }
}

function isAnswer({ flags: bits, opcode, questions }: Message, name: string): boolean {
  const [question] = questions
  return (
    (bits & flags.response) !== 0 &&
    opcode === 0 &&
    questions.length === 1 &&
    question?.type === types.a &&
    question.class === classes.internet &&
    lowerName(question.name) === lowerName(name.replace(/\.$/, ''))
  )
}

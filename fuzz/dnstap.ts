import { DnsNames } from '../packages/sundew/src/wire/dnstap/dns-names.ts'
import {
  controlFrame,
  dnstapContentType,
  FrameStream,
} from '../packages/sundew/src/wire/dnstap/frame-stream.ts'
import { DnstapMessage, readDnstap } from '../packages/sundew/src/wire/dnstap/message.ts'
import type { Target } from './target.ts'

/** Asks for www.bad.example. */
const query = Buffer.from('1234010000010000000000000377777703626164076578616d706c650000010001', 'hex')
const answer = Buffer.concat([
  Buffer.from('123481800001000200000000', 'hex'),
  query.subarray(12),
  // An alias, and an address.
  Buffer.from('c00c000500010000003c00050361626300', 'hex'),
  Buffer.from('c00c000100010000003c0004cb007107', 'hex'),
])

/** A Frame Streams stream is cut into frames, each read or refused; places told lie within the frame. */
export const dnstap: Target = {
  name: 'dnstap',
  seeds: [
    stream(5, 10, query),
    stream(6, 14, answer),
    Buffer.concat([controlFrame(4, dnstapContentType), stream(6, 14, answer)]),
  ],
  start() {
    const message = new DnstapMessage()
    const names = new DnsNames()
    const hear = () => {}
    return Promise.resolve({
      bear(input: Uint8Array) {
        const frames = new FrameStream({
          reply: hear,
          frame(bytes, from, to) {
            if (readDnstap(bytes, from, to, message) !== undefined) return
            for (const span of [
              message.queryAddress,
              message.responseAddress,
              message.query,
              message.response,
            ])
              if (span.length > 0 && (span.from < from || span.to > to))
                throw new Error('a place outside of the frame')
            for (const dns of [message.query, message.response])
              if (dns.length > 0)
                names.read(bytes, dns.from, dns.to, { question: hear, name: hear, address: hear })
          },
        })
        for (let at = 0; at < input.length; at += 100) frames.push(input.slice(at, at + 100))
        return Promise.resolve()
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    })
  },
}

/** START, a frame with one DNS message as this field, STOP. */
function stream(type: number, field: number, dns: Uint8Array): Uint8Array {
  const head = [0x08, type, 0x10, 1, 0x18, 1, 0x22, 4, 10, 0, 0, 7, 0x30, 0xe9, 0x29]
  const message = Buffer.concat([Buffer.from(head), Buffer.from([field * 8 + 2, dns.length]), dns])
  const payload = Buffer.concat([Buffer.from([0x72, message.length]), message, Buffer.from([0x78, 1])])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(payload.length)
  return Buffer.concat([controlFrame(2, dnstapContentType), length, payload, controlFrame(3)])
}

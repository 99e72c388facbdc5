import { StringDecoder } from 'node:string_decoder'
import { Transform } from 'node:stream'

const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu
const unprintableButLayout = /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * Text that a terminal shows in one line and does not act on: control, direction-changing, invisible and unassigned
 * characters become `\xNN`, one a byte of UTF-8. Unlike `readable()` it leaves backslashes: what the hub tells has
 * been made readable there once.
 */
export function plain(text: string): string {
  return text.replace(unprintable, escape)
}

/** The same for text of several lines: line feeds and tabs stay. */
export function plainLines(text: string): string {
  return text.replace(unprintableButLayout, escape)
}

/** The same for a stream of UTF-8, as it passes. Holds back at most one character. */
export function plainStream(): Transform {
  const decoder = new StringDecoder('utf8')
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, plainLines(decoder.write(chunk)))
    },
    flush(done) {
      done(null, plainLines(decoder.end()))
    },
  })
}

function escape(c: string): string {
  return [...Buffer.from(c, 'utf8')].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}

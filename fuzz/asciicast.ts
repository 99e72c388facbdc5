import { AsciicastReader } from '../packages/sundew/src/core/asciicast/reader.ts'
import { AsciicastWriter } from '../packages/sundew/src/core/asciicast/writer.ts'
import type { Target } from './target.ts'

const limitBytes = 64 * 1024

/** A recording of anything is bounded and can be read; anything can be read for a recording. */
export const asciicast: Target = {
  name: 'asciicast',
  seeds: [
    '{"version":2,"width":80,"height":24,"timestamp":1}\n[0.1,"o","hello\\r\\n"]\n[0.2,"i","x"]\n[0.3,"r","100x30"]\n',
    'text \x1b[31mred\x1b[0m \xff\xfe\xe2\x82\xac\r\n',
    '{"version":2,"width":1e9,"height":-1}\n[1e308,"o","\\ud800"]\n[-1,"o",1]\n[]\n',
  ].map((text) => Buffer.from(text, 'latin1')),
  start() {
    return Promise.resolve({
      bear(input: Uint8Array) {
        const reader = new AsciicastReader()
        count(reader.feed(input))
        count(reader.end())
        const writer = new AsciicastWriter({ width: 80, height: 24, startedMs: 0, limitBytes })
        let text = writer.header()
        for (let at = 0; at < input.length; at += 37) {
          const piece = input.subarray(at, at + 37)
          text += at % 2 === 0 ? writer.output(at, piece) : writer.input(at, piece)
        }
        text += writer.end(input.length)
        if (Buffer.byteLength(text) > limitBytes) throw new Error(`a recording of ${text.length} characters`)
        const again = new AsciicastReader()
        const events = count(again.feed(Buffer.from(text)))
        if (again.malformed > 0 || events === 0) throw new Error('a recording that cannot be read')
        return Promise.resolve()
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    })
  },
}

function count(all: Iterable<unknown>): number {
  return [...all].length
}

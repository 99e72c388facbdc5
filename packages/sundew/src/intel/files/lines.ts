import { StringDecoder } from 'node:string_decoder'
import { listLimits } from './limits.ts'

const cr = 0x0d

/**
 * The lines of a file that comes in pieces, decoded as UTF-8, without their ends and a byte order mark; undefined in place of one too
 * long. A line is a view of its piece: whoever keeps a few of very many copies them.
 */
export function* linesOf(pieces: Iterable<Uint8Array>): Generator<string | undefined> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let tooLong = false
  let first = true
  const line = (text: string): string | undefined => {
    if (tooLong || text.length > listLimits.lineBytes) {
      tooLong = false
      first = false
      return undefined
    }
    const plain = first && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
    first = false
    return plain.charCodeAt(plain.length - 1) === cr ? plain.slice(0, -1) : plain
  }
  for (const piece of pieces) {
    const text = rest + decoder.write(piece as Buffer)
    let at = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      yield line(text.slice(at, end))
      at = end + 1
    }
    rest = text.slice(at)
    if (rest.length > listLimits.lineBytes) {
      tooLong = true
      rest = ''
    }
  }
  rest += decoder.end()
  if (rest !== '' || tooLong) yield line(rest)
}

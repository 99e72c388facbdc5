import { deaf } from '../deaf.ts'
import type { LineParser, LineReader, Parsed, Seen } from '../parser.ts'
import { ascii, find, startsWith } from '../scan.ts'
import { ZeekJsonReader } from './zeek-json.ts'
import { ZeekTsvReader } from './zeek-tsv.ts'

const brace = 0x7b
const separatorWord = ascii('#separator ')
const fieldsWord = ascii('#fields')
const timeKey = ascii('"ts":')
/** One of these is in the JSON of every log that is looked at. */
const idKeys = [ascii('"uid":'), ascii('"fuid":'), ascii('"id.orig_h":'), ascii('"fingerprint":')]

/** Zeek's logs, in its own format or in JSON: conn, dns, http, ssl, x509, files, intel, smtp, and others with their fields. */
export const zeek: LineParser = {
  format: 'zeek',
  summary: "Zeek's conn, dns, http, ssl, files, intel and smtp logs",
  service: '',
  accepts(line, from, to) {
    if (line[from] !== brace)
      return startsWith(line, from, to, separatorWord) || startsWith(line, from, to, fieldsWord)
    if (find(line, from, to, timeKey) < 0 || !idKeys.some((key) => find(line, from, to, key) >= 0))
      return false
    return new ZeekJsonReader().parse(line, from, to, deaf) === 'told'
  },
  begin: () => new ZeekReader(),
}

class ZeekReader implements LineReader {
  readonly #tsv = new ZeekTsvReader()
  readonly #json = new ZeekJsonReader()

  parse(line: Uint8Array, from: number, to: number, into: Seen): Parsed {
    return (line[from] === brace ? this.#json : this.#tsv).parse(line, from, to, into)
  }
}

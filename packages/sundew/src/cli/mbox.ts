const lf = 0x0a
const cr = 0x0d
const greater = 0x3e
const from = Buffer.from('From ')

/**
 * One message as it stands in an mbox file (RFC 4155, `mboxrd` quoting): a line `From sender date`, the message with
 * lines ending in LF, a `>` put before each line that is `From ` after any number of `>`, and an empty line. What a
 * reader undoes by taking one `>` away. Memory does not grow with the length of lines.
 *
 * @param sender envelope sender; whatever could end the word or the line is replaced
 * @param time RFC 3339 in UTC
 */
export async function* mboxMessage(
  message: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sender: string,
  time: string,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`From ${senderWord(sender)} ${asctime(time)}\n`)
  const quoting = new Quoting()
  for await (const chunk of message) yield quoting.take(chunk)
  yield quoting.end()
}

function senderWord(sender: string): string {
  const word = sender
    .replace(/^<|>$/g, '')
    .replace(/[^\x21-\x7e]/g, '_')
    .slice(0, 320)
  return word === '' ? 'MAILER-DAEMON' : word
}

/** As C's asctime() writes it: `Wed Nov 25 01:08:48 2026`. */
function asctime(time: string): string {
  const parts = new Date(time).toUTCString().split(/,? /) // Wed, 25 Nov 2026 01:08:48 GMT
  const [weekday, day, month, year, clock] = parts
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${clock} ${year}`
}

class Quoting {
  /** How much of `From ` the line begins with, after its `>`s; -1 past the line's beginning. */
  #matched = 0
  #heldCr = false
  #lineEmpty = true

  take(chunk: Uint8Array): Uint8Array {
    const out: Uint8Array[] = []
    let at = 0
    if (this.#heldCr && chunk.length > 0) {
      this.#heldCr = false
      if (chunk[0] !== lf) this.#put(out, Buffer.of(cr))
    }
    while (at < chunk.length) {
      at = this.#matched >= 0 ? this.#beginning(chunk, at, out) : this.#middle(chunk, at, out)
    }
    return Buffer.concat(out)
  }

  end(): Uint8Array {
    const out: Uint8Array[] = []
    if (this.#heldCr) out.push(Buffer.of(cr))
    if (this.#matched > 0) out.push(from.subarray(0, this.#matched))
    const open = !this.#lineEmpty || this.#heldCr || this.#matched > 0
    out.push(Buffer.from(open ? '\n\n' : '\n'))
    return Buffer.concat(out)
  }

  #beginning(chunk: Uint8Array, start: number, out: Uint8Array[]): number {
    let at = start
    if (this.#matched === 0) {
      while (chunk[at] === greater) at++
      if (at > start) {
        out.push(chunk.subarray(start, at))
        this.#lineEmpty = false
      }
    }
    while (at < chunk.length && chunk[at] === from[this.#matched]) {
      at++
      if (++this.#matched === from.length) {
        out.push(Buffer.of(greater), from)
        this.#lineEmpty = false
        this.#matched = -1
        return at
      }
    }
    if (at === chunk.length) return at
    if (this.#matched > 0) {
      out.push(from.subarray(0, this.#matched))
      this.#lineEmpty = false
    }
    this.#matched = -1
    return at
  }

  #middle(chunk: Uint8Array, start: number, out: Uint8Array[]): number {
    const end = chunk.indexOf(lf, start)
    const to = end < 0 ? chunk.length : end
    const crLast = to > start && chunk[to - 1] === cr
    const text = chunk.subarray(start, crLast ? to - 1 : to)
    if (text.length > 0) this.#put(out, text)
    if (end < 0) {
      this.#heldCr = crLast
      return chunk.length
    }
    out.push(Buffer.of(lf))
    this.#lineEmpty = true
    this.#matched = 0
    return end + 1
  }

  #put(out: Uint8Array[], bytes: Uint8Array): void {
    out.push(bytes)
    this.#lineEmpty = false
  }
}

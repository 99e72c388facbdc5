/** Protocol buffers, Frame Streams and DNS as a sender writes them. */

export function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  return [...bytes, rest]
}

export function bytesField(number: number, bytes: Iterable<number>): number[] {
  const all = [...bytes]
  return [...varint(number * 8 + 2), ...varint(all.length), ...all]
}

export function numberField(number: number, value: number): number[] {
  return [...varint(number * 8), ...varint(value)]
}

export function fixedField(number: number, value: number): number[] {
  return [...varint(number * 8 + 5), value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]
}

export interface Told {
  readonly type: number
  readonly client?: readonly number[]
  readonly port?: number
  readonly seconds?: number
  readonly nanos?: number
  readonly query?: Uint8Array
  readonly response?: Uint8Array
  readonly policy?: number
}

/** A `Dnstap` with its message. */
export function dnstap(told: Told): Uint8Array {
  const { type, client = [10, 0, 0, 7], port = 5353, seconds = 1_795_636_191, nanos = 250_000_000 } = told
  const message = [
    ...numberField(1, type),
    ...numberField(2, client.length === 4 ? 1 : 2),
    ...numberField(3, 1),
    ...bytesField(4, client),
    ...numberField(6, port),
    ...numberField(8, seconds),
    ...fixedField(9, nanos),
    ...(told.query ? bytesField(10, told.query) : []),
    ...(told.response
      ? [...numberField(12, seconds + 1), ...fixedField(13, nanos), ...bytesField(14, told.response)]
      : []),
    ...(told.policy === undefined ? [] : bytesField(15, numberField(3, told.policy))),
  ]
  const version = [...bytesField(1, Buffer.from('ns1')), ...bytesField(2, Buffer.from('BIND 9'))]
  return Uint8Array.from([...version, ...bytesField(14, message), ...numberField(15, 1)])
}

export function dataFrame(payload: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(4 + payload.length)
  frame.writeUInt32BE(payload.length)
  frame.set(payload, 4)
  return frame
}

export function wireName(name: string): number[] {
  const labels = name === '' ? [] : name.split('.')
  return [...labels.flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')]), 0]
}

/** One record; its owner is a pointer to the question. */
export function record(type: number, data: readonly number[]): number[] {
  return [0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 255, ...data]
}

export function dnsMessage(name: string, answers: readonly number[][] = [], rcode = 0): Uint8Array {
  const flags = answers.length > 0 || rcode > 0 ? [0x81, 0x80 | rcode] : [1, 0]
  const parts = [
    [0x12, 0x34, ...flags, 0, 1, 0, answers.length, 0, 0, 0, 0],
    wireName(name),
    [0, 1, 0, 1],
    ...answers,
  ]
  return Uint8Array.from(parts.flat())
}

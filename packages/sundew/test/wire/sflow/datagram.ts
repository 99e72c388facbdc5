/** One record of a sample: its format, and what is in it. */
export interface WrittenRecord {
  readonly format: number
  readonly body: Uint8Array
}

export interface WrittenSample {
  readonly format: 1 | 3 | 5
  readonly rate?: number
  readonly input?: number
  readonly output?: number
  /** Of the expanded output interface: 0 ifIndex, 1 dropped, 2 several. Of a discarded packet the reason is `reason`. */
  readonly outputKind?: number
  readonly reason?: number
  readonly records: readonly WrittenRecord[]
}

export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4)
  return bytes
}

/** `sampled_header`: the frame's first bytes, padded. */
export function sampledHeader(protocol: number, frameBytes: number, header: Uint8Array): WrittenRecord {
  const padding = Buffer.alloc((4 - (header.length % 4)) % 4)
  return { format: 1, body: Buffer.concat([words(protocol, frameBytes, 4, header.length), header, padding]) }
}

/** An sFlow 5 datagram. */
export function datagram(
  samples: readonly WrittenSample[],
  { sequence = 1, subAgent = 0, uptimeMs = 60_000, agent = [10, 0, 0, 1] } = {},
): Buffer {
  return Buffer.concat([
    words(5, agent.length === 4 ? 1 : 2),
    Buffer.from(agent),
    words(subAgent, sequence, uptimeMs, samples.length),
    ...samples.map(sampleOf),
  ])
}

function sampleOf(sample: WrittenSample): Buffer {
  const { format, rate = 1, input = 0, output = 0, outputKind = 0, reason = 256, records } = sample
  const head = {
    1: [1, 7, rate, 0, 0, input, ((outputKind << 30) | output) >>> 0],
    3: [1, 0, 7, rate, 0, 0, 0, input, outputKind, output],
    5: [1, 0, 7, 0, input, output, reason],
  }[format]
  const body = Buffer.concat([
    words(...head, records.length),
    ...records.flatMap(({ format: type, body: bytes }) => [words(type, bytes.length), bytes]),
  ])
  return Buffer.concat([words(format, body.length), body])
}

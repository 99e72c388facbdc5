/** A ClientHello made to measure, in one TLS record unless `recordBytes` cuts it smaller. */
export function helloBytes(
  options: {
    version?: number
    suites?: readonly number[]
    extensions?: readonly (readonly [number, Uint8Array])[] | null
    recordBytes?: number
  } = {},
): Buffer {
  const extensions = options.extensions
  const body = Buffer.concat([
    u16(options.version ?? 0x0303),
    Buffer.alloc(32, 7),
    span(1, Buffer.alloc(32, 1)),
    span(2, list(options.suites ?? [0x1301, 0xc02f])),
    span(1, Buffer.of(0)),
    ...(extensions === null
      ? []
      : [
          span(
            2,
            Buffer.concat(
              (extensions ?? []).map(([type, data]) => Buffer.concat([u16(type), span(2, data)])),
            ),
          ),
        ]),
  ])
  const message = Buffer.concat([Buffer.of(1, 0), span(2, body)])
  const size = options.recordBytes ?? 16_384
  const records: Buffer[] = []
  for (let at = 0; at < message.length; at += size) {
    records.push(Buffer.of(22, 3, 1), span(2, message.subarray(at, at + size)))
  }
  return Buffer.concat(records)
}

export const serverName = (name: string): readonly [number, Uint8Array] => [
  0,
  span(2, Buffer.concat([Buffer.of(0), span(2, Buffer.from(name, 'latin1'))])),
]
export const alpn = (...names: readonly string[]): readonly [number, Uint8Array] => [
  16,
  span(2, Buffer.concat(names.map((name) => span(1, Buffer.from(name, 'latin1'))))),
]
export const algorithms = (...values: readonly number[]): readonly [number, Uint8Array] => [
  13,
  span(2, list(values)),
]
export const supportedVersions = (...values: readonly number[]): readonly [number, Uint8Array] => [
  43,
  span(1, list(values)),
]

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff)
}

function list(values: readonly number[]): Buffer {
  return Buffer.concat(values.map(u16))
}

function span(size: 1 | 2, data: Uint8Array): Buffer {
  return Buffer.concat([size === 1 ? Buffer.of(data.length) : u16(data.length), data])
}

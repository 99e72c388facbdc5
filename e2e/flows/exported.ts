import type { FieldSpec, FieldValue } from '../../packages/sundew/src/wire/netflow/encode.ts'

/** Elements of IPFIX and v9 alike: addresses, ports, protocol, flags, packets, bytes. */
export const flowFields: readonly FieldSpec[] = [
  { id: 8, length: 4 },
  { id: 12, length: 4 },
  { id: 7, length: 2 },
  { id: 11, length: 2 },
  { id: 4, length: 1 },
  { id: 6, length: 1 },
  { id: 2, length: 8 },
  { id: 1, length: 8 },
]

export const flowTemplate = { id: 300, fields: flowFields }

/** A TCP flow of one packet, answered, in the order of {@link flowFields}. */
export function flowRecord(
  source: string,
  destination: string,
  { bytes, port = 80 }: { readonly bytes: number; readonly port?: number },
): FieldValue[] {
  const synAckPush = 0x1a
  return [address(source), address(destination), 40_000, port, 6, synAckPush, 1, bytes]
}

function address(text: string): Uint8Array {
  return Uint8Array.from(text.split('.'), Number)
}

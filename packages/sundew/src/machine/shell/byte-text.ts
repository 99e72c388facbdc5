/** Bytes as a byte string: one character a byte. */
export function textOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

export function bytesOfText(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

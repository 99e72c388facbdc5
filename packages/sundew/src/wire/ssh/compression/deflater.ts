import { constants, deflateRawSync } from 'node:zlib'

/**
 * Compresses a direction's packets as one stream of zlib (RFC 1950), each flushed to a whole byte. What node:zlib does synchronously ends with
 * its call, so each call is given what was said last as its dictionary. One object is for one direction from one NEWKEYS to the next.
 */
export class Deflater {
  #said: Buffer = Buffer.alloc(0)
  #started = false

  compress(payload: Uint8Array): Uint8Array {
    const packet = deflateRawSync(payload, {
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#said.length > 0 ? { dictionary: this.#said } : {}),
    })
    this.#said = Buffer.concat([this.#said, payload]).subarray(-dictionaryBytes)
    if (this.#started) return packet
    this.#started = true
    return Buffer.concat([zlibHeader, packet])
  }
}

/** A window of 32 KiB, and the usual level. */
const zlibHeader = Uint8Array.of(0x78, 0x9c)
/** zlib looks back no further (its MAX_DIST is 262 bytes short of a window). */
const dictionaryBytes = 32 * 1024

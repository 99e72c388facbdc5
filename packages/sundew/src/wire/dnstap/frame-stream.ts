/** Longest control frame and content type (Frame Streams, fstrm/control.h). */
const longestControl = 512
/** Longest data frame taken: a dnstap message carries a query and a response of up to 64 KiB each, and little else. */
const longestFrame = 256 * 1024
/** Control frames that one stream may send; an honest one sends three. */
const mostControls = 16

const escape = 0
const control = { accept: 1, start: 2, stop: 3, ready: 4, finish: 5 } as const
const contentTypeField = 1

/** What dnstap calls itself in a stream's handshake. */
export const dnstapContentType = 'protobuf:dnstap.Dnstap'

/** Why a stream is not read any further. */
export type StreamFault =
  /** The frame's length, or the control frame's, is more than any honest one. */
  | 'too-long'
  /** It announces something other than dnstap. */
  | 'other-content'
  /** A control frame contradicts itself, or what came before it. */
  | 'bad-control'

export interface FrameStreamHost {
  /** One data frame: bytes[from, to), good until this returns. */
  readonly frame: (bytes: Uint8Array, from: number, to: number) => void
  /** To be sent back; only a sender that asks (READY) is ever answered. */
  readonly reply: (bytes: Uint8Array) => void
}

/**
 * Cuts a Frame Streams byte stream (github.com/farsightsec/fstrm) into its frames: bidirectional, where the sender says
 * READY and waits for ACCEPT, and says STOP and waits for FINISH; and unidirectional, where it begins with START.
 */
export class FrameStream {
  readonly #host: FrameStreamHost
  #held = new Uint8Array(4096)
  #heldLength = 0
  #asked = false
  /** The sender has begun: frames may come. */
  started = false
  #controls = 0
  /** The sender has said that nothing more comes. */
  stopped = false
  /** Why the stream is not read any further; what comes then is left out. */
  fault: StreamFault | undefined

  constructor(host: FrameStreamHost) {
    this.#host = host
  }

  /** Takes the next bytes, however they were cut. */
  push(chunk: Uint8Array): void {
    if (this.fault || this.stopped) return
    if (this.#heldLength === 0) {
      this.#hold(chunk, this.#frames(chunk, chunk.length))
      return
    }
    this.#append(chunk, 0)
    const done = this.#frames(this.#held, this.#heldLength)
    this.#held.copyWithin(0, done, this.#heldLength)
    this.#heldLength -= done
  }

  #hold(chunk: Uint8Array, from: number): void {
    if (from < chunk.length) this.#append(chunk, from)
  }

  #append(chunk: Uint8Array, from: number): void {
    const length = this.#heldLength + chunk.length - from
    if (length > this.#held.length) {
      const larger = new Uint8Array(Math.max(length, this.#held.length * 2))
      larger.set(this.#held.subarray(0, this.#heldLength))
      this.#held = larger
    }
    this.#held.set(from === 0 ? chunk : chunk.subarray(from), this.#heldLength)
    this.#heldLength = length
  }

  /** Takes every whole frame of bytes[0, end); returns how many bytes that were. */
  #frames(bytes: Uint8Array, end: number): number {
    let at = 0
    while (end - at >= 4 && !this.fault && !this.stopped) {
      const length = uint32(bytes, at)
      if (length !== escape) {
        if (!this.started) return this.#broken('bad-control', end)
        if (length > longestFrame) return this.#broken('too-long', end)
        if (end - at - 4 < length) break
        this.#host.frame(bytes, at + 4, at + 4 + length)
        at += 4 + length
        continue
      }
      if (end - at < 8) break
      const controlLength = uint32(bytes, at + 4)
      if (controlLength < 4 || controlLength > longestControl) return this.#broken('too-long', end)
      if (end - at - 8 < controlLength) break
      this.#control(bytes, at + 8, at + 8 + controlLength)
      at += 8 + controlLength
    }
    return this.fault || this.stopped ? end : at
  }

  #control(bytes: Uint8Array, from: number, to: number): void {
    if (++this.#controls > mostControls) return void this.#broken('bad-control', to)
    const types = contentTypes(bytes, from + 4, to)
    if (!types) return void this.#broken('bad-control', to)
    const agreed = types.length === 0 || types.includes(dnstapContentType)
    switch (uint32(bytes, from)) {
      case control.ready:
        if (this.#asked || this.started) return void this.#broken('bad-control', to)
        if (!agreed) return void this.#broken('other-content', to)
        this.#asked = true
        return this.#host.reply(controlFrame(control.accept, dnstapContentType))
      case control.start:
        if (this.started || types.length > 1) return void this.#broken('bad-control', to)
        if (!agreed) return void this.#broken('other-content', to)
        this.started = true
        return
      case control.stop:
        if (!this.started) return void this.#broken('bad-control', to)
        this.stopped = true
        if (this.#asked) this.#host.reply(controlFrame(control.finish))
        return
      default:
        // ACCEPT and FINISH are the receiver's to say; others nobody has defined.
        this.#broken('bad-control', to)
    }
  }

  #broken(fault: StreamFault, end: number): number {
    this.fault = fault
    return end
  }
}

/** One control frame, with its escape. */
export function controlFrame(type: number, contentType?: string): Uint8Array {
  const text = contentType === undefined ? undefined : new TextEncoder().encode(contentType)
  const length = 4 + (text ? 8 + text.length : 0)
  const bytes = new Uint8Array(8 + length)
  const view = new DataView(bytes.buffer)
  view.setUint32(4, length)
  view.setUint32(8, type)
  if (text) {
    view.setUint32(12, contentTypeField)
    view.setUint32(16, text.length)
    bytes.set(text, 20)
  }
  return bytes
}

/** The content types that a control frame names; undefined where its fields do not fit into it. */
function contentTypes(bytes: Uint8Array, from: number, to: number): string[] | undefined {
  const types: string[] = []
  let at = from
  while (at < to) {
    if (to - at < 8) return undefined
    const [field, length] = [uint32(bytes, at), uint32(bytes, at + 4)]
    at += 8
    if (field !== contentTypeField || length > to - at) return undefined
    types.push(String.fromCharCode(...bytes.subarray(at, at + length)))
    at += length
  }
  return types
}

function uint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

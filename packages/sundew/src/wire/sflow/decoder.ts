import { type Decoded, type Exporter, type FlowSink, type Refusal, nothingDecoded } from '../flow/sink.ts'
import { bytesOf } from './address.ts'
import { type AgentHealth, type Agent, Agents } from './agents.ts'
import { SampleReader, type SampleFormat } from './sample.ts'

/** Sample formats of sflow.org (enterprise 0); all others are skipped by their length. */
const formats: ReadonlyMap<number, SampleFormat> = new Map([
  [1, 'flow'],
  [3, 'expanded'],
  [5, 'discarded'],
])
/** The version as rows and health have it: sFlow 5, and not NetFlow 5. */
export const sflowVersion = 105
const version = 5

/**
 * Decodes sFlow version 5 (https://sflow.org/sflow_version_5.txt) and its dropped packets (sflow_drops.txt) into typed columns,
 * a row a sampled IP packet: `raw_packets` 1, `raw_bytes` the frame's length, `sampling` the rate. Counters, samples of
 * others' formats, and packets that are not IP are skipped. Never throws for what is sent.
 */
export class SflowDecoder {
  readonly #agents = new Agents()
  readonly #samples = new SampleReader()
  readonly #decoded = nothingDecoded()

  /**
   * Decodes one datagram.
   *
   * @param receivedMs when it came, by our clock: sFlow tells no other time
   * @returns what it held; the same object each time
   */
  decode(
    view: DataView,
    offset: number,
    length: number,
    exporter: Exporter,
    receivedMs: number,
    sink: FlowSink,
  ): Decoded {
    const decoded = this.#decoded
    decoded.version = decoded.domain = decoded.flows = decoded.lost = decoded.refused = 0
    const end = Math.min(view.byteLength, offset + length)
    if (end - offset < 8) return this.#refuse(this.#agents.stray, 'header')
    if (view.getUint32(offset) !== version) return this.#refuse(this.#agents.stray, 'version')
    decoded.version = sflowVersion
    const addressBytes = bytesOf(view.getUint32(offset + 4))
    const head = offset + 8 + addressBytes
    if (addressBytes === 0 || head + 16 > end) return this.#refuse(this.#agents.stray, 'header')
    const subAgent = view.getUint32(head)
    decoded.domain = subAgent
    const agent = this.#agents.find(exporter, view, offset + 8, addressBytes, subAgent, receivedMs)
    if (!agent) return this.#refuse(this.#agents.stray, 'exporter-limit')
    agent.packets++
    agent.uptime(view.getUint32(head + 8))
    decoded.lost = agent.sequence.next(view.getUint32(head + 4), 1)
    this.#all(view, head + 16, end, view.getUint32(head + 12), agent, { exporter, receivedMs, sink })
    agent.flows += decoded.flows
    return decoded
  }

  /** Forgets agents that have not sent for long. */
  expire(nowMs: number): void {
    this.#agents.expire(nowMs)
  }

  exporters(): Iterable<AgentHealth> {
    return this.#agents.health(sflowVersion)
  }

  #all(
    view: DataView,
    offset: number,
    end: number,
    count: number,
    agent: Agent,
    of: { exporter: Exporter; receivedMs: number; sink: FlowSink },
  ): void {
    const decoded = this.#decoded
    const samples = this.#samples
    samples.begin(of.exporter, of.receivedMs, agent)
    let at = offset
    // A sample takes 8 bytes at least: what the packet holds ends the loop, whatever its count says.
    for (let sample = 0; sample < count; sample++) {
      if (at + 8 > end) return void this.#refuse(agent, 'length')
      const type = view.getUint32(at)
      const bytes = view.getUint32(at + 4)
      at += 8
      const stop = Math.min(end, at + bytes)
      const format = formats.get(type)
      if (format !== undefined) {
        decoded.flows += samples.read(view, at, stop, format, of.sink)
        if (samples.refusal !== undefined) this.#refuse(agent, samples.refusal)
      }
      if (at + bytes > end) return void this.#refuse(agent, 'length')
      at += bytes
    }
  }

  #refuse(agent: Agent, refusal: Refusal): Decoded {
    if (agent === this.#agents.stray) agent.packets++
    this.#decoded.refused |= agent.refuse(refusal)
    return this.#decoded
  }
}

import { type Exporter, refusals, type Refusal } from '../flow/sink.ts'
import { Sequence } from '../netflow/sequence.ts'

/** Agents that are told apart; of one sender, and in all. */
const limits = { perSender: 256, all: 65_536 } as const
/** An agent that sent nothing for so long is forgotten. */
const forgetMs = 24 * 3_600_000
/** An uptime that falls by more: the agent was started anew, and counts from the beginning. */
const restartMs = 10_000

/** What one agent (and sub-agent) of one sender sent since it was first seen. */
export interface AgentHealth {
  readonly exporter: string
  /** The sub-agent. */
  readonly domain: number
  readonly version: number
  readonly packets: number
  readonly flows: number
  /** Datagrams missing by the sequence numbers. */
  readonly lost: number
  readonly held: 0
  readonly templates: 0
  readonly refused: Partial<Record<Refusal, number>>
  readonly unknown: readonly (readonly [name: string, count: number])[]
  /** One packet in so many, as it said last. */
  readonly sampling: number
  /** sFlow tells no time of day. */
  readonly clockMs: 0
}

export class Agent {
  readonly exporter: string
  readonly subAgent: number
  readonly sequence = new Sequence()
  packets = 0
  flows = 0
  sampling = 0
  seenMs = 0
  /** Its own address, which need not be the sender's. */
  readonly #address: Uint8Array
  readonly #refused = new Uint32Array(refusals.length)
  #uptimeMs = 0

  constructor(exporter: string, subAgent: number, address: Uint8Array) {
    this.exporter = exporter
    this.subAgent = subAgent
    this.#address = address
  }

  is(view: DataView, offset: number, bytes: number, subAgent: number): boolean {
    if (subAgent !== this.subAgent || bytes !== this.#address.length) return false
    for (let i = 0; i < bytes; i++) if (view.getUint8(offset + i) !== this.#address[i]) return false
    return true
  }

  uptime(ms: number): void {
    if (this.#uptimeMs - ms > restartMs) this.sequence.restart()
    this.#uptimeMs = ms
  }

  /** Counts it. @returns its bit in `Decoded.refused` */
  refuse(refusal: Refusal): number {
    const index = refusals.indexOf(refusal)
    this.#refused[index]!++
    return 1 << index
  }

  health(version: number): AgentHealth {
    const refused: Partial<Record<Refusal, number>> = {}
    for (const [index, refusal] of refusals.entries())
      if (this.#refused[index]! > 0) refused[refusal] = this.#refused[index]!
    return {
      exporter: this.exporter,
      domain: this.subAgent,
      version,
      packets: this.packets,
      flows: this.flows,
      lost: this.sequence.lost,
      held: 0,
      templates: 0,
      refused,
      unknown: [],
      sampling: this.sampling,
      clockMs: 0,
    }
  }
}

/** The agents that were seen, by sender, address and number. */
export class Agents {
  /** Counts what belongs to none. */
  readonly stray = new Agent('', 0, new Uint8Array())
  readonly #senders = new Map<string, Agent[]>()
  #count = 0

  /** Undefined where there are too many. */
  find(
    exporter: Exporter,
    view: DataView,
    offset: number,
    bytes: number,
    subAgent: number,
    nowMs: number,
  ): Agent | undefined {
    let agents = this.#senders.get(exporter.name)
    let agent = agents?.find((one) => one.is(view, offset, bytes, subAgent))
    if (!agent) {
      if (this.#count >= limits.all || (agents?.length ?? 0) >= limits.perSender) return undefined
      const address = new Uint8Array(view.buffer, view.byteOffset + offset, bytes).slice()
      agent = new Agent(exporter.name, subAgent, address)
      this.#count++
      if (agents) agents.push(agent)
      else this.#senders.set(exporter.name, (agents = [agent]))
    }
    agent.seenMs = nowMs
    return agent
  }

  expire(nowMs: number): void {
    for (const [name, agents] of this.#senders) {
      const left = agents.filter(({ seenMs }) => nowMs - seenMs < forgetMs)
      this.#count -= agents.length - left.length
      if (left.length === 0) this.#senders.delete(name)
      else if (left.length < agents.length) this.#senders.set(name, left)
    }
  }

  *health(version: number): Iterable<AgentHealth> {
    for (const agents of this.#senders.values()) for (const agent of agents) yield agent.health(version)
    if (this.stray.packets > 0) yield this.stray.health(0)
  }
}

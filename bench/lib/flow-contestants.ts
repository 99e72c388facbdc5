import type { FlowSender } from './flow-sender.ts'
import { LoneCollectors, type LoneOptions } from './lone-collectors.ts'
import type { Contestant } from './lossless.ts'
import { Nfcapd } from './nfcapd.ts'
import { drained, udpDrops } from './udp.ts'

export interface Arena {
  readonly sender: FlowSender
  /** Packets to send round and round. */
  readonly file: string
  readonly under: string
  readonly bufferBytes: number
  readonly port: number
  readonly seconds: number
}

/** nfcapd, which stores: started anew for each trial, so that what it has stored can be counted. */
export function nfcapdContestant(arena: Arena): Contestant {
  const { sender, file, port, seconds } = arena
  return {
    name: 'nfcapd',
    async trial(rate) {
      await using nfcapd = await Nfcapd.start(arena)
      const sent = await sender.send(file, { port, rate, seconds })
      await drained(port)
      await nfcapd.stop()
      const { flows } = await nfcapd.totals()
      return { sentRate: sent.packets / sent.seconds, lost: sent.flows - flows }
    },
  }
}

/** Sundew's collectors, which decode, match, and, where it spools, hand over batches: one process for all trials. */
export class OursContestant implements Contestant {
  readonly name: string
  readonly #arena: Arena
  readonly #spools: boolean
  readonly #collectors: LoneCollectors

  private constructor(arena: Arena & LoneOptions, collectors: LoneCollectors) {
    this.name = arena.spools ? 'oursSpooling' : 'ours'
    this.#arena = arena
    this.#spools = arena.spools
    this.#collectors = collectors
  }

  static async start(arena: Arena & LoneOptions): Promise<OursContestant> {
    return new OursContestant(arena, await LoneCollectors.start(arena))
  }

  readonly trial: Contestant['trial'] = async (rate) => {
    const { sender, file, port, seconds } = this.#arena
    const before = this.#flows()
    const sent = await sender.send(file, { port, rate, seconds })
    await drained(port)
    await this.#collectors.decoded(before + sent.flows)
    return { sentRate: sent.packets / sent.seconds, lost: sent.flows - (this.#flows() - before) }
  }

  /** What it says of itself, with what the kernel dropped at its port. */
  async status() {
    const { status } = this.#collectors
    if (!status) throw new Error('the collectors say nothing')
    return { ...status, kernelDrops: await udpDrops(this.#arena.port) }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#collectors[Symbol.asyncDispose]()
  }

  /** Flows decoded and matched, or lines parsed and matched, and kept where that is asked of it. */
  #flows(): number {
    const { taken, dropped } = this.#collectors
    return this.#spools ? taken - dropped : taken
  }
}

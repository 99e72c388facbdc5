import type { Egress } from '../../core/egress.ts'
import type { Log } from '../../core/log.ts'
import type { PublishedZone } from '../../intel/publish/bind-rpz/named-conf.ts'
import { Access } from './access.ts'
import type { TransferSection } from './section.ts'
import { readKeys } from './keys.ts'
import { Notifier } from './notify.ts'
import { ServedZones } from './served.ts'
import { ZoneServer } from './server.ts'

/** Files are looked at so often, besides when a publication was written, milliseconds. */
const lookMs = 1_000

export interface ZonesPlace {
  /** Of the publications `bind-rpz`: `publishedZones` names them. */
  readonly zones: readonly PublishedZone[]
  /** For the journals of changes. */
  readonly folder: string
  /** Leads to `notifyDestinations`. */
  readonly egress: Egress
  readonly log: Log
  /** A transfer begins. */
  readonly began?: (what: 'AXFR' | 'IXFR', zone: string) => void
}

/** Response policy zones by zone transfer: serves what was published, and tells secondaries when there is more. */
export class Zones {
  readonly #served: ServedZones
  readonly #server: ZoneServer
  readonly #notifier: Notifier
  readonly #stop = new AbortController()
  readonly #timer: NodeJS.Timeout
  #looking: Promise<void> = Promise.resolve()

  private constructor(served: ServedZones, server: ZoneServer, notifier: Notifier) {
    this.#served = served
    this.#server = server
    this.#notifier = notifier
    this.#timer = setInterval(() => void this.look(), lookMs)
  }

  /**
   * @throws Error where a secret cannot be read or an address not be bound
   */
  static async open(
    section: TransferSection,
    { zones, folder, egress, log, began }: ZonesPlace,
  ): Promise<Zones> {
    const keys = await readKeys(section.keys)
    const served = new ServedZones(zones, folder, log)
    const server = await ZoneServer.listen(
      section,
      {
        zones: served,
        access: new Access(section.allow, keys),
        now: () => Math.floor(Date.now() / 1000),
        began: began ?? (() => {}),
      },
      log,
    )
    const opened = new Zones(served, server, new Notifier(section.notify, keys, egress, log))
    await opened.look()
    return opened
  }

  /** Looks for zones that were written anew, and tells of them: at once after publishing. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      if (this.#stop.signal.aborted) return
      for (const zone of await this.#served.look()) {
        const serial = this.#served.serial(zone)
        void this.#notifier.tell(zone, this.#stop.signal, () => this.#served.serial(zone) === serial)
      }
    })
    return this.#looking
  }

  async close(): Promise<void> {
    this.#stop.abort()
    clearInterval(this.#timer)
    await this.#looking
    await this.#server.close()
    await this.#served.close()
  }
}

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../core/log.ts'
import type { PublishedZone } from '../../intel/publish/bind-rpz/named-conf.ts'
import { ZoneJournal } from './journal.ts'
import { ZoneVersion } from './version.ts'

interface Served {
  readonly at: PublishedZone
  /** Size and time of the file that was looked at last: opened, or found to be no zone. */
  seen: string
  version: ZoneVersion | undefined
  journal: ZoneJournal | undefined
}

/** The zones that are served, each in its newest version, as the publishing writes them. */
export class ServedZones {
  readonly #zones: ReadonlyMap<string, Served>
  readonly #folder: string
  readonly #log: Log

  /** @param folder for the journals of changes */
  constructor(zones: readonly PublishedZone[], folder: string, log: Log) {
    this.#zones = new Map(
      zones.map((at) => [at.zone, { at, seen: '', version: undefined, journal: undefined }]),
    )
    this.#folder = folder
    this.#log = log
  }

  /** Looks for new files. @returns zones that have another serial than before */
  async look(): Promise<string[]> {
    const risen: string[] = []
    for (const [name, zone] of this.#zones) {
      const found = await stat(zone.at.path).catch(() => undefined)
      if (!found) continue
      const seen = `${found.ino} ${found.size} ${found.mtimeMs}`
      if (seen === zone.seen) continue
      zone.seen = seen
      try {
        if (await this.#take(zone)) risen.push(name)
      } catch (error) {
        this.#log.error(`the zone ${name} stays as it was`, error)
      }
    }
    return risen
  }

  /** The newest version, held for the caller, and the way to it. */
  find(zone: string): { readonly version: ZoneVersion; readonly journal: ZoneJournal } | undefined {
    const found = this.#zones.get(zone)
    return found?.version && found.journal && { version: found.version.hold(), journal: found.journal }
  }

  serial(zone: string): number | undefined {
    return this.#zones.get(zone)?.version?.head.serial
  }

  async close(): Promise<void> {
    for (const zone of this.#zones.values()) {
      await zone.version?.release()
      zone.version = undefined
    }
  }

  async #take(zone: Served): Promise<boolean> {
    const { path, changes, zone: name } = zone.at
    const version = await ZoneVersion.open(path, name)
    const former = zone.version
    const { serial, ttl } = version.head
    if (zone.journal && former) {
      // The records of other versions have their own lifetime: differences would not tell it.
      const from = ttl === former.head.ttl ? former.head.serial : -1
      if (from !== serial) await zone.journal.take(changes, from, serial, version.bytes)
    } else zone.journal = await ZoneJournal.open(join(this.#folder, name), name, serial)
    zone.version = version
    await former?.release()
    return former?.head.serial !== serial
  }
}

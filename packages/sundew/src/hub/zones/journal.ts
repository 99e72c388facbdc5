import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readChangesHead } from '../../intel/publish/bind-rpz/changes-file.ts'

/** Versions that differences are known from, at most. */
const mostVersions = 64
/** Bytes of changes that are kept at any rate. More are kept up to the size of the zone: past that a whole transfer is less. */
const leastBytes = 1_000_000

/** A zone takes its place before its changes do: how often, and how long (ms) these are waited for. */
const mostWaits = 5
const waitMs = 100

/** Changes from one serial to the next, in a file as `bind-rpz/changes-file.ts` writes it. */
export interface Step {
  readonly from: number
  readonly to: number
  readonly path: string
  readonly bytes: number
}

/** The last changes of one zone, a file a step: each begins where the one before ends. */
export class ZoneJournal {
  readonly #folder: string
  readonly #zone: string
  #steps: Step[] = []

  private constructor(folder: string, zone: string) {
    this.#folder = folder
    this.#zone = zone
  }

  /** What was kept that leads to this serial; the rest is removed. */
  static async open(folder: string, zone: string, serial: number): Promise<ZoneJournal> {
    const journal = new ZoneJournal(folder, zone)
    await mkdir(folder, { recursive: true })
    const known = new Map<number, Step>()
    for (const name of await readdir(folder)) {
      const path = join(folder, name)
      const head = name.endsWith('.changes') ? await headOf(path) : undefined
      if (head?.zone === zone && head.from !== undefined)
        known.set(head.to, { from: head.from, to: head.to, path, bytes: (await stat(path)).size })
    }
    let to = serial
    for (let step = known.get(to); step && journal.#steps.length < mostVersions; step = known.get(to)) {
      journal.#steps.unshift(step)
      known.delete(to)
      to = step.from
    }
    const kept = new Set(journal.#steps.map(({ path }) => path))
    for (const name of await readdir(folder))
      if (!kept.has(join(folder, name))) await rm(join(folder, name), { force: true })
    return journal
  }

  /** Takes the changes in, if they lead from where the journal ends to this serial; forgets all before if not. */
  async take(changes: string, from: number, to: number, zoneBytes: number): Promise<void> {
    let head = await headOf(changes)
    for (let waits = 0; head?.to !== to && waits < mostWaits; waits++) {
      await sleep(waitMs)
      head = await headOf(changes)
    }
    if (head?.zone !== this.#zone || head.from !== from || head.to !== to) {
      await this.#forget(this.#steps.length)
      return
    }
    const path = join(this.#folder, `${from}-${to}.changes`)
    await copyFile(changes, `${path}.part`)
    // Written anew meanwhile?
    const copied = await headOf(`${path}.part`)
    if (copied?.from !== from || copied.to !== to) {
      await rm(`${path}.part`, { force: true })
      await this.#forget(this.#steps.length)
      return
    }
    await rename(`${path}.part`, path)
    this.#steps.push({ from, to, path, bytes: (await stat(path)).size })
    let [bytes, keep] = [0, 0]
    for (const step of this.#steps.toReversed()) {
      bytes += step.bytes
      if (bytes > Math.max(zoneBytes, leastBytes) || keep === mostVersions) break
      keep++
    }
    await this.#forget(this.#steps.length - keep)
  }

  /** The steps from a serial to the newest; undefined where they are not known. */
  since(serial: number): readonly Step[] | undefined {
    const first = this.#steps.findIndex(({ from }) => from === serial)
    return first < 0 ? undefined : this.#steps.slice(first)
  }

  async #forget(count: number): Promise<void> {
    for (const { path } of this.#steps.splice(0, count)) await rm(path, { force: true })
  }
}

async function headOf(path: string): Promise<ReturnType<typeof readChangesHead>> {
  try {
    await using file = await open(path, 'r')
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
    return readChangesHead(buffer.toString('latin1', 0, bytesRead).split('\n', 1)[0]!)
  } catch {
    return undefined
  }
}

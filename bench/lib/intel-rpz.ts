// How long it takes to write a response policy zone of what is in force, the first time and whole.
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadAllow } from '../../packages/sundew/src/intel/allow/load.ts'
import { bindRpz } from '../../packages/sundew/src/intel/publish/bind-rpz.ts'
import { rpzSettings } from '../../packages/sundew/src/intel/publish/bind-rpz/settings.ts'
import { SetBlocklist } from '../../packages/sundew/src/intel/publish/blocklist-of-sets.ts'
import { AddressSet } from '../../packages/sundew/src/match/address-set.ts'
import { NameSet } from '../../packages/sundew/src/match/name-set.ts'
import { median, round } from './measure.ts'

export interface RpzFigures {
  /** To the last byte on disk, the median of the runs. */
  readonly rpzSeconds: number
  readonly names: number
  readonly megabytes: number
}

/** @param files of sets that were just built */
export function measureRpz(
  folder: string,
  files: { readonly addresses: string; readonly names: string },
  runs = 3,
): RpzFigures {
  const [addresses, names] = [readFileSync(files.addresses), readFileSync(files.names)]
  const { book } = loadAllow({
    core: { networks: [], bogons: false, resolvers: [], domains: [], feedHosts: [] },
    own: [],
    warninglists: [],
    now: Date.now(),
  })
  const settings = rpzSettings.parse({})
  const times: number[] = []
  let bytes = 0
  let count = 0
  for (let run = 0; run < runs; run++) {
    const to = join(folder, `zone-${run}`)
    const began = performance.now()
    const list = new SetBlocklist({
      addresses: AddressSet.from(addresses),
      names: NameSet.from(names),
      allow: book,
      decided: true,
      version: 1,
      made: Date.now(),
    })
    bytes = 0
    const host = { leaveOut: () => {}, former: () => undefined, version: '0.0.0' }
    for (const { name, pieces } of bindRpz.render(list, settings, host))
      bytes += writeWhole(join(to, name), pieces)
    times.push((performance.now() - began) / 1000)
    count = list.counts.names
  }
  return { rpzSeconds: round(median(times)), names: count, megabytes: round(bytes / 1e6) }
}

function writeWhole(path: string, pieces: Iterable<string | Uint8Array>): number {
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, 'w')
  let bytes = 0
  for (const piece of pieces)
    bytes += typeof piece === 'string' ? writeSync(file, piece) : writeSync(file, piece)
  fsyncSync(file)
  closeSync(file)
  return bytes
}

// How fast lists are read: two million lines of each format, told to nobody; and a list pulled over HTTP, unpacked, and read.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fetchFor } from '../packages/sundew/src/hub/fetch/feed-fetch.ts'
import { readFile as readList } from '../packages/sundew/src/intel/files/read.ts'
import type { Taker } from '../packages/sundew/src/intel/files/taker.ts'
import { FeedServer, packed } from '../packages/sundew/test/feed-server.ts'
import { largeLists, writeLargeList } from './lib/large-lists.ts'
import { median, round } from './lib/measure.ts'

const lines = 2_000_000
const rounds = 3

export async function run(say: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-bench-feeds-'))
  try {
    const linesK: Record<string, number> = {}
    for (const kind of Object.keys(largeLists) as (keyof typeof largeLists)[]) {
      const path = join(folder, 'list')
      const bytes = writeLargeList(path, kind, lines)
      const seconds = median(Array.from({ length: rounds }, () => secondsOf(path)))
      linesK[kind] = round(lines / seconds / 1000)
      say(`${kind}: ${round(lines / seconds / 1e6)} M lines/s, ${round(bytes / seconds / 1e6)} MB/s`)
    }
    const path = join(folder, 'list')
    writeLargeList(path, 'plain names', lines)
    await using server = await FeedServer.start()
    server.on('/list', packed(await readFile(path), 'gzip'))
    const fetch = fetchFor({ urls: [server.url('/')] }, { folder, version: 'bench', environment: {} })
    const began = performance.now()
    const fetched = await fetch({ url: server.url('/list') }, AbortSignal.timeout(60_000))
    const fetchSeconds = round((performance.now() - began) / 1000)
    say(`fetched, unpacked and summed: ${fetchSeconds} s`)
    if (fetched.status !== 'whole') throw new Error('the list was not fetched')
    return { linesK, fetchSeconds, fetchedMb: round(fetched.bytes / 1e6) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function secondsOf(path: string): number {
  let told = 0
  const nobody: Taker = {
    full: false,
    take: () => {
      told++
      return true
    },
    report: () => {},
    bad: (where, text) => {
      throw new Error(`${where}: ${text}`)
    },
    leaveOut: (reason) => {
      throw new Error(`left out: ${reason}`)
    },
    made: () => {},
  }
  const began = performance.now()
  readList({ path, name: 'list', format: 'auto' }, nobody)
  if (told !== lines) throw new Error(`${told} of ${lines} lines were told`)
  return (performance.now() - began) / 1000
}

// Two lists of addresses joined, by Debian's iprange and by sundew sets: whole programs, from their start to their last line.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { sundewBin } from '../../e2e/instance.ts'
import { numbers, writeLines } from './intel-lists.ts'
import { median, ratio, round } from './measure.ts'

const operations = [
  { name: 'union', ours: 'union', theirs: (a: string, b: string) => [a, b] },
  { name: 'intersect', ours: 'intersect', theirs: (a: string, b: string) => ['--common', a, b] },
  { name: 'difference', ours: 'difference', theirs: (a: string, b: string) => [a, '--except', b] },
] as const

export interface SetOperationFigures {
  /** Their seconds to ours, of the operation where we are slowest. */
  readonly worst: number
  readonly operations: Readonly<
    Record<string, { readonly ours: number; readonly iprange: number; readonly ratio: number }>
  >
}

/**
 * Two lists of so many lines: addresses, and one network in ten; half of them in both.
 *
 * @throws where the results are not the same to the byte
 */
export async function measureSetOperations(
  folder: string,
  { lines = 1_000_000, runs = 5 } = {},
): Promise<SetOperationFigures> {
  const paths = ['a', 'b'].map((name) => join(folder, `${name}.txt`)) as [string, string]
  const random = numbers(0x1b_5e7)
  const shared = Uint32Array.from({ length: lines / 2 }, random)
  for (const path of paths) {
    await writeLines(path, '', lines, (n) => {
      const address = n % 2 === 0 ? shared[random() % shared.length]! : random()
      const kind = random() % 20
      const bits = kind === 0 ? 24 : kind === 1 ? 29 : 32
      return dotted((address & (-1 << (32 - bits))) >>> 0) + (bits === 32 ? '' : `/${bits}`)
    })
  }
  const figures: Record<string, { ours: number; iprange: number; ratio: number }> = {}
  for (const { name, ours, theirs } of operations) {
    const times = { ours: [] as number[], iprange: [] as number[] }
    // The first run fills the page's cache, and ours keeps what it compiled.
    for (let run = 0; run <= runs; run++) {
      const iprange = await timed('iprange', theirs(...paths))
      const sundew = await timed(process.execPath, [sundewBin, 'sets', ours, ...paths])
      if (iprange.digest !== sundew.digest) throw new Error(`${name}: iprange and sundew differ`)
      if (run === 0) continue
      times.ours.push(sundew.seconds)
      times.iprange.push(iprange.seconds)
    }
    figures[name] = {
      ours: round(median(times.ours)),
      iprange: round(median(times.iprange)),
      ratio: ratio(median(times.iprange), median(times.ours)),
    }
  }
  return { worst: Math.min(...Object.values(figures).map((figure) => figure.ratio)), operations: figures }
}

async function timed(command: string, args: readonly string[]) {
  const began = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const hash = createHash('sha1')
  child.stdout.on('data', (piece: Uint8Array) => hash.update(piece))
  const [code] = (await once(child, 'close')) as [number | null]
  const seconds = (performance.now() - began) / 1000
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`)
  return { seconds, digest: hash.digest('hex') }
}

function dotted(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

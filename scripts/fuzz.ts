// npm run fuzz NAME [--seconds N] [--seed N] [--json]: changed input against what reads it; what does harm is kept in testdata/fuzz.
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mutate, randomFrom } from '../fuzz/mutate.ts'
import type { Target } from '../fuzz/target.ts'
import { targets } from '../fuzz/targets.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
  },
})
/** Harmful inputs of one target that are kept in a run. */
const maxKept = 20
const chosen = targets[positionals[0] ?? '']

if (!chosen) {
  console.error(`npm run fuzz NAME, where NAME is one of: ${Object.keys(targets).join(', ')}`)
  process.exitCode = 2
} else {
  const seconds = Number(values.seconds) / chosen.length
  const results: Record<string, { inputs: number; harmful: number; grownMb: number }> = {}
  for (const target of chosen) {
    results[target.name] = await fuzz(target, seconds, Number(values.seed))
    const { inputs, harmful, grownMb } = results[target.name]!
    console.error(`${target.name}: ${inputs} inputs, ${harmful} harmful, memory ${grownMb} MB more`)
  }
  const result = { seed: Number(values.seed), targets: results }
  console.log(values.json ? JSON.stringify(result) : JSON.stringify(result, null, 2))
  if (Object.values(results).some(({ harmful }) => harmful > 0)) process.exitCode = 1
}

async function fuzz(target: Target, seconds: number, seed: number) {
  const random = randomFrom(seed)
  await using victim = await target.start()
  for (const input of target.seeds) await victim.bear(input)
  const before = process.memoryUsage()
  const until = performance.now() + seconds * 1000
  let inputs = 0
  let harmful = 0
  while (performance.now() < until && harmful < maxKept) {
    const input = mutate(target.seeds, random)
    inputs++
    try {
      await victim.bear(input)
    } catch (error) {
      harmful++
      const folder = join(import.meta.dirname, '..', 'testdata', 'fuzz', target.name)
      const file = join(folder, `${createHash('sha256').update(input).digest('hex').slice(0, 16)}.bin`)
      await mkdir(folder, { recursive: true })
      await writeFile(file, input)
      console.error(
        `${target.name}: ${error instanceof Error ? error.stack : String(error)}\n  kept as ${file}`,
      )
    }
  }
  const after = process.memoryUsage()
  const grown = after.heapUsed + after.external - before.heapUsed - before.external
  return { inputs, harmful, grownMb: Math.round(grown / 1_048_576) }
}

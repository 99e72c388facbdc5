// npm run bench NAME [--json]: one question a file in bench/; the peer beside ours, in turn, medians and ratios.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { installed, type Need } from '../e2e/check.ts'

interface Bench {
  /** The peers it cannot do without. */
  readonly needs?: readonly Need[]
  /** Runs it; `say` tells how it goes. The result is printed, as one line of JSON where that was asked for. */
  readonly run: (say: (line: string) => void) => Promise<Readonly<Record<string, unknown>>>
}

const folder = join(import.meta.dirname, '..', 'bench')
const args = process.argv.slice(2)
const json = args.includes('--json')
const [name] = args.filter((arg) => !arg.startsWith('--'))
const there = readdirSync(folder).flatMap((file) => (/^[a-z-]+\.ts$/.test(file) ? [file.slice(0, -3)] : []))

if (name === undefined || !existsSync(join(folder, `${name}.ts`))) {
  console.error(`npm run bench NAME, where NAME is one of: ${there.join(', ')}`)
  process.exitCode = 2
} else {
  const { run, needs = [] } = (await import(join(folder, `${name}.ts`))) as Bench
  const missing = needs.filter(({ command }) => !installed(command))
  for (const { command, package: from } of missing)
    console.error(`not run: ${command} (apt-get install ${from}) for bench ${name}`)
  if (missing.length > 0) process.exitCode = 1
  else {
    const result = await run((line) => console.error(line))
    console.log(json ? JSON.stringify(result) : JSON.stringify(result, null, 2))
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installed, type E2eCheck } from './check.ts'
import { Instance, waitFor } from './instance.ts'
import { suites, type CheckSuite } from './suites.ts'

export interface RunOptions {
  readonly json: boolean
}

interface Tally {
  passed: number
  failed: number
  notRun: number
}

/** How long one check may take, milliseconds. */
const checkMs = 120_000

/** Runs the named suites, or those that belong to `npm test`; true where nothing failed. */
export async function runSuites(names: readonly string[], options: RunOptions): Promise<boolean> {
  const chosen =
    names.length > 0 ? names : Object.keys(suites).filter((name) => suites[name]?.kind === 'checks')
  const tally: Tally = { passed: 0, failed: 0, notRun: 0 }
  const figures: Record<string, unknown> = {}
  const say = (line: string) => {
    if (!options.json) console.log(line)
  }
  for (const name of chosen) {
    const suite = suites[name]
    if (!suite) throw new Error(`no suite ${name}; there are: ${Object.keys(suites).join(', ')}`)
    if (suite.kind === 'program') {
      const { ok, figures } = await (await suite.load()).run()
      if (options.json) console.log(JSON.stringify(figures))
      else console.log(`${name}: ${JSON.stringify(figures, null, 2)}`)
      tally[ok ? 'passed' : 'failed']++
    } else {
      await runChecks(name, await suite.load(), { tally, figures, say })
    }
  }
  if (options.json && chosen.some((name) => suites[name]?.kind === 'checks'))
    console.log(JSON.stringify({ ...tally, ...figures }))
  say(`e2e: ${tally.passed} passed, ${tally.failed} failed, ${tally.notRun} skipped`)
  return tally.failed === 0
}

interface Report {
  readonly tally: Tally
  readonly figures: Record<string, unknown>
  readonly say: (line: string) => void
}

async function runChecks(
  suite: string,
  { checks, config = {} }: CheckSuite,
  { tally, figures, say }: Report,
): Promise<void> {
  const runnable: E2eCheck[] = []
  for (const check of checks) {
    const missing = check.needs.filter(({ command }) => !installed(command))
    if (missing.length === 0) {
      runnable.push(check)
      continue
    }
    for (const { command, package: from } of missing) {
      say(`not run: ${command} (apt-get install ${from}) for ${suite}: ${check.name}`)
    }
    if (process.env['CI'] === 'true') tally.failed++
    else tally.notRun++
  }
  if (runnable.length === 0) return
  const temp = await mkdtemp(join(tmpdir(), `sundew-${suite}-`))
  try {
    await using instance = await Instance.start({
      config: typeof config === 'function' ? await config(temp) : config,
    })
    for (const check of runnable) {
      const began = performance.now()
      try {
        await within(
          checkMs,
          check.run({
            ports: instance.ports,
            consoleUrl: instance.url,
            password: instance.password,
            dataDir: instance.data,
            hostname: instance.hostname,
            temp,
            figure: (name, value) => {
              figures[name] = value
            },
            query: (sql) => instance.query(sql),
            waitFor,
          }),
        )
        tally.passed++
        say(`ok   ${suite}: ${check.name} (${Math.round(performance.now() - began)} ms)`)
      } catch (error) {
        tally.failed++
        console.error(`FAIL ${suite}: ${check.name}\n`, error)
      }
    }
    if (tally.failed > 0) console.error(`what Sundew said:\n${instance.output}`)
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${ms} ms`)), ms)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

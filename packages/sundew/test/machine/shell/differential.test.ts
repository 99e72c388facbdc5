import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { runScript } from './run.ts'

const folder = join(import.meta.dirname, 'scripts')

describe('the shell says and does what bash 5.2 does', { skip: !hasBash() }, () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
    const scripts = readFileSync(join(folder, file), 'latin1').split(/^---\n/m)
    scripts.forEach((script, i) => {
      it(`${file} ${i + 1}: ${script.split('\n')[0]!.slice(0, 60)}`, async () => {
        const real = runBash(script)
        const ours = await runScript(script)
        assert.deepEqual({ output: withoutPids(ours.output), status: ours.status }, real)
      })
    })
  }
})

describe("the shell says and does what BusyBox's ash does", { skip: !existsSync('/usr/bin/busybox') }, () => {
  const scripts = readFileSync(join(import.meta.dirname, 'scripts-ash.txt'), 'latin1').split(/^---\n/m)
  scripts.forEach((script, i) => {
    it(`${i + 1}: ${script.split('\n')[0]!.slice(0, 60)}`, async () => {
      const real = runReal('/usr/bin/busybox', 'sh', ['-c', script])
      const ours = await runScript(script, { dialect: 'ash' })
      assert.deepEqual({ output: ours.output, status: ours.status }, real)
    })
  })
})

function hasBash(): boolean {
  return spawnSync('bash', ['--version']).stdout?.includes('version 5.2') === true
}

/** In a folder of its own, both streams into one file. */
function runBash(script: string): { output: string; status: number } {
  return runReal('/bin/bash', 'bash', ['--norc', '-c', script])
}

function runReal(path0: string, argv0: string, args: readonly string[]): { output: string; status: number } {
  const directory = mkdtempSync(join(tmpdir(), 'sundew-bash-'))
  const path = `${directory}.out`
  const out = openSync(path, 'w')
  try {
    const { status, signal } = spawnSync(path0, args, {
      argv0,
      cwd: directory,
      env: { PATH: argv0 === 'sh' ? '/nosuch' : '/usr/bin:/bin', HOME: '/root', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', out, out],
      timeout: 10_000,
    })
    const output = withoutPids(readFileSync(path, 'latin1'))
    return { output, status: signal === null ? status! : 128 + (signal === 'SIGKILL' ? 9 : 15) }
  } finally {
    closeSync(out)
    rmSync(directory, { recursive: true })
    rmSync(path)
  }
}

/** Process numbers differ. */
function withoutPids(output: string): string {
  return output.replace(/ +[0-9]+ (?=(Killed|Terminated) )/g, ' PID ')
}

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { onMachine } from './on-machine.ts'
import { shortUsage } from './short-usage.ts'

interface Recorded {
  readonly command: string
  readonly status: number
  readonly out: string
  readonly err: string
}

/** Words that are wrong, or harmless, and what Debian 12 said to them: record-wrong-usage.ts asked. */
const recorded = JSON.parse(
  readFileSync(new URL('../../../../../../testdata/machine/wrong-usage.json', import.meta.url), 'utf8'),
) as readonly Recorded[]

describe('a wrong usage is answered as Debian 12 does', () => {
  const on = onMachine()
  for (const { command, status, out, err } of recorded) {
    it(command, async () => {
      const ours = await on.run(command.split(' '))
      assert.equal(shortUsage(command, ours.err), err)
      assert.equal(shortUsage(command, ours.out), out)
      assert.equal(ours.status, status)
    })
  }
})

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sweepLeftovers, sweepSets, writeWhole } from '../../../src/hub/intel/set-files.ts'

test('sets stay while they are in force, the one before, and a minute for whoever was told of them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sundew-sets-'))
  try {
    for (const name of ['set-3.bin', 'names-3.bin', 'set-4.bin', 'set-5.bin', 'names-5.bin', 'asked.bin'])
      writeWhole(join(folder, name), Buffer.from(name))
    for (const name of ['fetched-1', 'set-2.bin.part', 'list-0123456789abcdef'])
      writeFileSync(join(folder, name), name)
    sweepSets(folder, 5)
    assert.equal(readdirSync(folder).length, 9)
    sweepSets(folder, 5, Date.now() + 61_000)
    const left = ['asked.bin', 'fetched-1', 'list-0123456789abcdef', 'names-5.bin', 'set-4.bin', 'set-5.bin']
    assert.deepEqual(readdirSync(folder).toSorted(), left)
    sweepLeftovers(folder)
    assert.deepEqual(readdirSync(folder).toSorted(), ['asked.bin', 'names-5.bin', 'set-4.bin', 'set-5.bin'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..', '..', '..')

test('the pages made from the source are what "npm run docs" would make', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'docs.ts'), '--check'], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
})

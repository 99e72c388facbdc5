import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventKinds } from '../../../src/event/catalogue.ts'
import { jsonLines } from '../../../src/outputs/json-lines/json-lines.ts'
import { conforms, outputHost } from '../conformance.ts'
import { eventOf, matchOf } from '../events.ts'

conforms(jsonLines, {
  broken: async (folder) => {
    await mkdir(join(folder, 'taken'))
    return { path: 'taken' }
  },
})

test('events as JSON lines are all kinds, or those asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-json-'))
  try {
    const all = jsonLines.open(jsonLines.config.parse({}), outputHost(folder))
    await all.send([matchOf(), eventOf('connection.open', { decoy_port: 22 })])
    const lines = (await readFile(join(folder, 'events.jsonl'), 'utf8')).trim().split('\n')
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { kind: string }).kind),
      ['intel.match', 'connection.open'],
    )
    assert.ok(all.wants!(matchOf()))
    const some = jsonLines.open(jsonLines.config.parse({ kinds: ['alert.raised'] }), outputHost(folder))
    assert.ok(!some.wants!(matchOf()))
    assert.ok(eventKinds.every((kind) => jsonLines.wants(kind)))
  } finally {
    await rm(folder, { recursive: true })
  }
})

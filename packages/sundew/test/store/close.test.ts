import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'

import { startStore } from '../../src/store/store.ts'

test('a closed store stays closed, also when a caller left in the middle of a query', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-close-'))
  const passwords = { sundew: 'writes', reader: 'reads' }
  const store = await startStore({ directory: join(folder, 'store'), host: '127.0.0.1', port: 0, passwords })
  const leaving = new AbortController()
  const answer = await fetch(`${store.url}/?user=reader&password=reads`, {
    method: 'POST',
    body: 'SELECT number, repeat(toString(number), 20) FROM numbers(20000000) FORMAT TSV',
    signal: leaving.signal,
  })
  await answer.body!.getReader().read()
  leaving.abort()
  // Until the store has seen it.
  await setTimeout(50)
  await store.close()
  await rm(folder, { recursive: true })
  // Longer than the store goes on asking the engine to end a query.
  await setTimeout(2000)
  assert.ok(!existsSync(folder), 'the engine was opened again after the close')
})

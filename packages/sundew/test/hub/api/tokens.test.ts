import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { NewToken, TokenRow } from '../../../src/hub/api/contract.ts'
import { jsonBody, startTestApi, type TestApi } from './host.ts'

async function commandLine(
  t: TestApi,
  stateFolder = join(t.folder, 'state'),
): Promise<Record<string, string>> {
  return { Authorization: `Bearer ${await readFile(join(stateFolder, 'cli-token'), 'utf8')}` }
}

test('the command line’s token is new at every start, for its owner’s eyes only, and works', async () => {
  await using first = await startTestApi()
  const stateFolder = join(first.folder, 'state')
  const old = await commandLine(first)
  assert.equal((await stat(join(stateFolder, 'cli-token'))).mode & 0o777, 0o600)
  assert.equal((await first.ask('/api/status', { headers: old })).status, 200)
  await using second = await startTestApi({ stateFolder })
  assert.equal((await second.ask('/api/status', { headers: old })).status, 401)
  assert.equal((await second.ask('/api/status', { headers: await commandLine(first) })).status, 200)
})

test('a token is shown once, kept as a digest, works after a restart, and ends when it is removed', async () => {
  await using t = await startTestApi()
  const stateFolder = join(t.folder, 'state')
  const owner = await commandLine(t)
  const make = () =>
    t.ask('/api/tokens', {
      method: 'POST',
      body: JSON.stringify({ name: 'grafana' }),
      headers: { ...owner, 'Content-Type': 'application/json' },
    })
  const made = await make()
  assert.equal(made.status, 201)
  const { token } = made.json() as NewToken
  assert.match(token, /^sundew_[A-Za-z0-9_-]{43}$/)
  assert.equal((await make()).status, 409)

  const file = join(stateFolder, 'api-tokens.json')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.ok(!(await readFile(file, 'utf8')).includes(token.slice(7)))
  const listed = await t.ask('/api/tokens', { headers: owner })
  assert.deepEqual(
    (listed.json() as TokenRow[]).map(({ name }) => name),
    ['grafana'],
  )
  assert.ok(!listed.text.includes(token.slice(7)))

  const bearer = { Authorization: `Bearer ${token}` }
  await using again = await startTestApi({ stateFolder })
  assert.equal((await again.ask('/api/status', { headers: bearer })).status, 200)
  const removed = await again.ask('/api/tokens/grafana', {
    method: 'DELETE',
    headers: { ...(await commandLine(t)), 'Content-Type': 'application/json' },
  })
  assert.equal(removed.status, 204)
  assert.equal((await again.ask('/api/status', { headers: bearer })).status, 401)
})

test('a token that was given away can’t list, make or remove tokens', async () => {
  await using t = await startTestApi()
  const owner = await commandLine(t)
  const made = await t.ask('/api/tokens', {
    method: 'POST',
    body: '{"name":"a"}',
    headers: { ...owner, 'Content-Type': 'application/json' },
  })
  const headers = {
    Authorization: `Bearer ${(made.json() as NewToken).token}`,
    'Content-Type': 'application/json',
  }
  assert.equal((await t.ask('/api/tokens', { headers })).status, 403)
  assert.equal((await t.ask('/api/tokens', { method: 'POST', headers, body: '{"name":"b"}' })).status, 403)
  assert.equal((await t.ask('/api/tokens/a', { method: 'DELETE', headers })).status, 403)
})

test('a token’s name can’t be a path, a header or a page', async () => {
  await using t = await startTestApi()
  const owner = await commandLine(t)
  for (const name of ['', '../x', 'a b', '<b>', 'x'.repeat(65), 'a\n', '\u202e']) {
    const { headers, body } = jsonBody({ name })
    const answer = await t.ask('/api/tokens', { method: 'POST', body, headers: { ...owner, ...headers } })
    assert.equal(answer.status, 400, JSON.stringify(name))
  }
})

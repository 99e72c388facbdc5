import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Attempts } from '../../../src/hub/api/auth/attempts.ts'
import { Password } from '../../../src/hub/api/auth/password.ts'
import { Sessions, sessionMs } from '../../../src/hub/api/auth/sessions.ts'
import { jsonBody, startTestApi } from './host.ts'

const code = (answer: { json(): unknown }) => (answer.json() as { error: { code: string } }).error.code

test('the password made at first start opens a session, and nothing of it is on disk', async () => {
  await using t = await startTestApi()
  assert.match(t.api.initialPassword ?? '', /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/)
  const answer = await t.ask('/api/login', {
    method: 'POST',
    ...jsonBody({ password: t.api.initialPassword }),
  })
  assert.equal(answer.status, 204)
  const [cookie = ''] = answer.headers['set-cookie'] ?? []
  assert.match(cookie, /^sundew=[A-Za-z0-9_-]{43}; Max-Age=43200; Path=\/api; HttpOnly; SameSite=Strict$/)
  const session = await t.ask('/api/session', { headers: { Cookie: cookie.split(';')[0] ?? '' } })
  assert.deepEqual([session.status, session.json()], [200, { loggedIn: true }])
  assert.deepEqual((await t.ask('/api/session')).json(), { loggedIn: false })

  const file = join(t.folder, 'state', 'console-password.json')
  await t.api.keepPassword()
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.ok(!(await readFile(file, 'utf8')).includes(t.api.initialPassword ?? '?'))
})

test('the password is shown at the first start only, and still opens afterwards', async () => {
  await using first = await startTestApi()
  const stateFolder = join(first.folder, 'state')
  {
    await using untold = await startTestApi({ stateFolder })
    assert.notEqual(untold.api.initialPassword, first.api.initialPassword)
  }
  await first.api.keepPassword()
  await using second = await startTestApi({ stateFolder })
  assert.equal(second.api.initialPassword, undefined)
  const answer = await second.ask('/api/login', {
    method: 'POST',
    ...jsonBody({ password: first.api.initialPassword }),
  })
  assert.equal(answer.status, 204)
})

test('a damaged password file is an error that says what to do, not an open door', async () => {
  await using t = await startTestApi()
  const stateFolder = join(t.folder, 'state')
  await writeFile(join(stateFolder, 'console-password.json'), '{"scrypt":{"N":1}}')
  await assert.rejects(
    Password.open(stateFolder),
    /SUNDEW_CONSOLE_PASSWORD: .*console-password\.json.*Remove it/,
  )
})

test('a wrong password, no session, a made-up cookie and a made-up token are refused', async () => {
  await using t = await startTestApi()
  const wrong = await t.ask('/api/login', { method: 'POST', ...jsonBody({ password: 'x' }) })
  assert.deepEqual([wrong.status, code(wrong)], [401, 'SUNDEW_API_PASSWORD'])
  for (const headers of [
    {},
    { Cookie: `sundew=${'A'.repeat(43)}` },
    { Authorization: `Bearer ${'A'.repeat(43)}` },
    { Authorization: 'Basic eDp5' },
    { Authorization: 'Bearer \t\u00ff' },
  ]) {
    const answer = await t.ask('/api/status', { headers: headers as Record<string, string> })
    assert.deepEqual([answer.status, code(answer)], [401, 'SUNDEW_API_LOGIN'])
  }
})

test('every path under /api asks for a session, known or not', async () => {
  await using t = await startTestApi()
  for (const path of [
    '/api',
    '/api/',
    '/api/status',
    '/api/events',
    '/api/events/0',
    '/api/live',
    '/api/counts',
    '/api/mails',
    '/api/mails/0',
    '/api/mails/0/raw',
    '/api/files',
    '/api/files/0',
    '/api/reports/spammers',
    '/api/reports/tunnels',
    '/api/tokens',
    '/api/nothing',
    '/api//status',
    '/api/./status',
    '/api/%73tatus',
  ]) {
    const answer = await t.ask(path)
    assert.ok(
      answer.status === 401 || !answer.text.startsWith('{'),
      `${path}: ${answer.status} ${answer.text}`,
    )
    assert.notEqual(answer.status, 200, path)
  }
})

test('logging out ends the session', async () => {
  await using t = await startTestApi()
  const cookie = await t.logIn()
  const out = await t.ask('/api/login', {
    method: 'DELETE',
    headers: { Cookie: cookie, 'Content-Type': 'application/json' },
  })
  assert.equal(out.status, 204)
  assert.equal((await t.ask('/api/status', { headers: { Cookie: cookie } })).status, 401)
})

test('a session ends after twelve hours, and the oldest makes room for a new one', () => {
  let now = 1_000
  const sessions = new Sessions(() => now)
  const secret = sessions.begin()
  const identity = sessions.find(secret)
  assert.equal(identity?.kind, 'session')
  now += sessionMs - 1
  assert.ok(sessions.find(secret))
  now += 1
  assert.equal(sessions.find(secret), undefined)
  assert.ok(identity?.ended.aborted)

  const all = Array.from({ length: 257 }, () => sessions.begin())
  assert.equal(sessions.find(all[0]!), undefined)
  assert.ok(sessions.find(all[1]!))
})

test('after five wrong tries a source waits, another does not, and a right one clears the count', () => {
  let now = 0
  const attempts = new Attempts(() => now)
  for (let i = 0; i < 5; i++) assert.equal(attempts.take('192.0.2.1'), undefined)
  assert.equal(attempts.take('::ffff:192.0.2.1'), 30)
  assert.equal(attempts.take('192.0.2.2'), undefined)
  for (let i = 0; i < 5; i++) assert.equal(attempts.take(`2001:db8::${i}`), undefined)
  assert.equal(attempts.take('2001:db8::ffff'), 30, 'one /64 is one source')
  now += 30_000
  assert.equal(attempts.take('192.0.2.1'), undefined)
  assert.equal(attempts.take('192.0.2.1'), 30)
  attempts.succeeded('192.0.2.1')
  for (let i = 0; i < 5; i++) assert.equal(attempts.take('192.0.2.1'), undefined)
})

test('guessing from ever new addresses meets a limit of its own', () => {
  const attempts = new Attempts(() => 0)
  const heard = Array.from({ length: 10_000 }, (_, i) =>
    attempts.take(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`),
  ).filter((wait) => wait === undefined)
  assert.equal(heard.length, 60)
})

test('too many logins are told to wait, the right password too', async () => {
  await using t = await startTestApi()
  const login = (password: string) => t.ask('/api/login', { method: 'POST', ...jsonBody({ password }) })
  for (let i = 0; i < 5; i++) assert.equal((await login('x')).status, 401)
  const refused = await login(t.api.initialPassword ?? '')
  assert.deepEqual([refused.status, code(refused)], [429, 'SUNDEW_API_ATTEMPTS'])
  assert.match(refused.headers['retry-after'] ?? '', /^\d+$/)
})

test('a page elsewhere can neither log in nor out nor read', async () => {
  await using t = await startTestApi()
  const cookie = await t.logIn()
  const { host } = new URL(t.api.url)
  const foreign: Record<string, string>[] = [
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
    { Origin: 'http://127.0.0.1:1' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site', Origin: `http://${host}` },
  ]
  for (const headers of foreign) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await t.ask(method === 'GET' ? '/api/status' : '/api/tokens', {
        method,
        headers: { ...headers, Cookie: cookie, 'Content-Type': 'application/json' },
      })
      assert.deepEqual([answer.status, code(answer)], [403, 'SUNDEW_API_ORIGIN'], JSON.stringify(headers))
    }
  }
  const ours = { Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-origin', Cookie: cookie }
  assert.equal((await t.ask('/api/status', { headers: ours })).status, 200)
})

test('what changes something takes JSON only, so that no form elsewhere can send it', async () => {
  await using t = await startTestApi()
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonx',
  ]) {
    const answer = await t.ask('/api/login', {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: JSON.stringify({ password: t.api.initialPassword }),
    })
    assert.deepEqual([answer.status, code(answer)], [415, 'SUNDEW_API_CONTENT_TYPE'], type)
  }
})

test('a name that was pointed at us is refused for page and API, our own are not', async () => {
  await using t = await startTestApi({ hostnames: ['Sundew.example'] })
  const { port } = new URL(t.api.url)
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    'a b',
    '[::1',
    '127.0.0.1@evil',
  ]) {
    for (const path of ['/', '/api/status']) {
      const answer = await t.ask(path, { headers: { Host: host } })
      assert.ok([421, 400].includes(answer.status), `${host}: ${answer.status}`)
    }
  }
  for (const host of [
    'localhost',
    `LOCALHOST:${port}`,
    '127.0.0.1:9',
    '[::1]:9',
    'sundew.example',
    hostname(),
  ]) {
    assert.equal((await t.ask('/api/status', { headers: { Host: host } })).status, 401, host)
  }
})

test('a body that is too long, no JSON or of another shape is refused', async () => {
  await using t = await startTestApi()
  const ask = (body: string) =>
    t.ask('/api/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  assert.equal((await ask(JSON.stringify({ password: 'x'.repeat(5000) }))).status, 413)
  for (const body of ['', '{', 'null', '[]', '{"password":1}', '{"password":"a","more":1}', '\u0000']) {
    assert.equal((await ask(body)).status, 400, body)
  }
})

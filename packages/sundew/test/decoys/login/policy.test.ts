import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoginPolicy } from '../../../src/decoys/login/policy.ts'

const from = '192.0.2.1'
const after = () => new LoginPolicy({ policy: 'after', attempts: 3, accounts: [] })

test('a pair that was let in stays so, and is then the only one for its name', () => {
  const policy = after()
  const accepts = (user: string, password: string) => policy.accepts(from, { user, password })
  assert.deepEqual(
    ['a', 'b', 'c', 'c', 'a', 'c'].map((password) => accepts('root', password)),
    [false, false, true, true, false, true],
  )
  // Other names of the source come in at once, with whatever they try first.
  assert(accepts('admin', 'x'))
  assert(!accepts('admin', 'y'))
})

test('each source has attempts of its own', () => {
  const policy = after()
  for (const source of ['192.0.2.1', '192.0.2.2', '2001:db8::1'])
    assert.deepEqual(
      [1, 2, 3].map((turn) => policy.accepts(source, { user: 'root', password: String(turn) })),
      [false, false, true],
    )
})

test('an answer to a challenge counts, and binds nothing', () => {
  const policy = after()
  const answer = { user: 'root', challenge: 'c', digest: 'd' }
  assert.deepEqual(
    [1, 2, 3, 4].map(() => policy.accepts(from, answer)),
    [false, false, true, true],
  )
})

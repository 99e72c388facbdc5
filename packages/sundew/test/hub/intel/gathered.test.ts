import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gathered } from '../../../src/hub/intel/gathered.ts'

test('troubles of one code are told at once, and in a pause together when it ends; others always', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const told: string[] = []
  const trouble = gathered('LIST', (code, message) => told.push(`${code}: ${message}`), 60_000)
  trouble('LIST', 'one')
  trouble('LIST', 'two')
  trouble('SET', 'other')
  trouble('LIST', 'three')
  assert.deepEqual(told.splice(0), ['LIST: one', 'SET: other'])
  t.mock.timers.tick(60_000)
  assert.deepEqual(told.splice(0), ['LIST: two. three'])
  t.mock.timers.tick(59_999)
  trouble('LIST', 'four')
  assert.deepEqual(told, [])
  t.mock.timers.tick(1)
  assert.deepEqual(told.splice(0), ['LIST: four'])
  t.mock.timers.tick(60_000)
  trouble('LIST', 'five')
  assert.deepEqual(told, ['LIST: five'])
})

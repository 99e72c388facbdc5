import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flowLosses, Losses } from '../../../src/collectors/flow/losses.ts'

test('a loss is told at once and, while it goes on, a minute later with what is new', (t) => {
  let nowMs = 1_000
  t.mock.method(performance, 'now', () => nowMs)
  const told: string[] = []
  const losses = new Losses(flowLosses, (code, message) => told.push(`${code} ${/\d+/.exec(message)?.[0]}`))
  losses.tell(0, 0)
  assert.deepEqual(told.splice(0), [])
  losses.tell(5, 0)
  assert.deepEqual(told.splice(0), ['SUNDEW_FLOW_PACKETS_DROPPED 5'])
  nowMs += 59_000
  losses.tell(9, 70)
  assert.deepEqual(told.splice(0), ['SUNDEW_FLOWS_DROPPED 70'])
  nowMs += 1_000
  losses.tell(9, 80)
  assert.deepEqual(told.splice(0), ['SUNDEW_FLOW_PACKETS_DROPPED 4'])
  nowMs += 120_000
  losses.tell(9, 80)
  assert.deepEqual(told.splice(0), ['SUNDEW_FLOWS_DROPPED 10'])
  losses.tell(9, 80)
  assert.deepEqual(told, [])
})

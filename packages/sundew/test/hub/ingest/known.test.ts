import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ours } from '../../../src/hub/ingest/known.ts'

test('the address that others see us come from is ours, beside the one that a message came to', () => {
  const { addresses } = new Ours('mx.example.net', ['198.51.100.7']).known('192.0.2.1')
  assert.deepEqual(addresses.slice(0, 2), ['192.0.2.1', '198.51.100.7'])
  assert.equal(new Ours('mx.example.net').known('192.0.2.1').addresses.includes('198.51.100.7'), false)
})

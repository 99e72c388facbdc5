import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Startups } from '../../../src/decoys/ssh/startups.ts'

test('from the beginning some are dropped, and from the full number all', () => {
  const startups = new Startups({ begin: 10, rate: 30, full: 100 })
  let entered = 0
  let tried = 0
  while (entered < 10) {
    assert(startups.enter('a'))
    entered++
  }
  for (; tried < 5_000; tried++) if (startups.enter('a')) entered++
  assert.equal(entered, 100)
  assert.equal(startups.enter('a'), false)
  startups.leave('a')
  let again = 0
  for (let turn = 0; turn < 5_000; turn++) if (startups.enter('a')) again++
  assert.equal(again, 1)
})

test('nobody keeps others out', () => {
  const startups = new Startups({ begin: 1, rate: 100, full: 1 })
  assert(startups.enter('a'))
  assert.equal(startups.enter('a'), false)
  assert(startups.enter('b'))
})

test('without limits everybody may come', () => {
  const startups = new Startups(undefined)
  for (let turn = 0; turn < 1_000; turn++) assert(startups.enter('a'))
})

test('who has left is forgotten: as many may come again', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b'), { maxLength: 100 }), (sources) => {
      const startups = new Startups({ begin: 3, rate: 100, full: 3 })
      for (const source of sources.filter((each) => startups.enter(each))) startups.leave(source)
      for (const source of ['a', 'b']) for (let turn = 0; turn < 3; turn++) assert(startups.enter(source))
    }),
  )
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LeftOut } from '../../../src/cli/feed/left-out.ts'

describe('what a feed leaves out', () => {
  it('is said each minute in which there was some, and at the end of all', (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    let count = 0
    const said: string[] = []
    using left = new LeftOut(
      () => count,
      200,
      (text) => said.push(text),
    )
    count = 1200
    t.mock.timers.tick(59_999)
    assert.deepEqual(said, [])
    t.mock.timers.tick(1)
    assert.match(said.at(-1)!, /^sundew feed: 1,200 of the last minute were left out, .* 200 a second/)
    t.mock.timers.tick(60_000)
    assert.equal(said.length, 1)
    count = 1500
    t.mock.timers.tick(60_000)
    assert.match(said.at(-1)!, /: 300 of the last minute were/)
    left.end()
    assert.match(said.at(-1)!, /: 1,500 were left out/)
    assert.equal(said.length, 3)
  })

  it('is nothing to speak of where there was none', (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const said: string[] = []
    using left = new LeftOut(
      () => 0,
      200,
      (text) => said.push(text),
    )
    t.mock.timers.tick(600_000)
    left.end()
    assert.deepEqual(said, [])
  })
})

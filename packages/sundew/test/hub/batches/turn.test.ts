import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InsertTurn } from '../../../src/hub/batches/turn.ts'

test('two tables that always have more to insert come in turn, also where one of them fails', async () => {
  const turn = new InsertTurn()
  const done: string[] = []
  let atOnce = 0
  const table = async (name: string, fails: boolean) => {
    for (let insert = 0; insert < 4; insert++) {
      await turn
        .take(async () => {
          assert.equal(++atOnce, 1)
          await new Promise((resolve) => setImmediate(resolve))
          atOnce--
          done.push(name)
          if (fails) throw new Error('away')
        })
        .catch((error: Error) => assert.equal(error.message, 'away'))
    }
  }
  await Promise.all([table('flows', true), table('firewall', false)])
  assert.equal(done.join(' '), Array(4).fill('flows firewall').join(' '))
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ApiError } from '../../../src/hub/api/errors.ts'
import { inParts, type Part } from '../../../src/hub/scans/parts.ts'

const refusal = (code: string) => new ApiError(400, 'SUNDEW_QUERY', 'no', { store: { code, type: '' } })

/** A store that answers questions about parts of this share and smaller ones, and what it was asked. */
function storeOf(most: number) {
  const asked: Part[] = []
  const question = (part: Part): Promise<number> => {
    asked.push(part)
    return part.parts < most ? Promise.reject(refusal('241')) : Promise.resolve(part.part)
  }
  return { asked, question }
}

describe('what is too much for one question', () => {
  test('is asked of all where it is not', async () => {
    const { question } = storeOf(1)
    assert.deepEqual(await inParts(4, question), { answers: [0], share: 1 })
  })

  test('is asked in parts, all of them where they are few', async () => {
    const { question } = storeOf(2)
    assert.deepEqual(await inParts(4, question), { answers: [0, 1, 2, 3], share: 1 })
  })

  test('is asked of some of many parts, and the share is said', async () => {
    const { asked, question } = storeOf(50)
    assert.deepEqual(await inParts(4, question), { answers: [0, 1, 2, 3], share: 4 / 64 })
    assert.equal(new Set(asked.map(({ key }) => key)).size, 1, 'parts of one hash')
  })

  test('is left where a small part is too much, after a handful of questions', async () => {
    const { asked, question } = storeOf(Infinity)
    assert.deepEqual(await inParts(4, question), { answers: [], share: 0 })
    assert.ok(asked.length < 10)
  })

  test('any other fault is thrown', async () => {
    for (const fault of [refusal('62'), new ApiError(503, 'SUNDEW_STORE_AWAY', 'away'), new Error('x')])
      await assert.rejects(
        inParts(4, () => Promise.reject(fault)),
        fault,
      )
  })
})

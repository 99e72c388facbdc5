import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { classes, codes, flags, types } from '../../../src/wire/dns/codes.ts'
import { addressQuestion, readAddresses } from '../../../src/wire/dns/lookup.ts'
import { readMessage } from '../../../src/wire/dns/message.ts'
import { encodeName } from '../../../src/wire/dns/name.ts'
import { MessageWriter } from '../../../src/wire/dns/writer.ts'

const name = '1.2.0.192.bl.example'

function answer(
  addresses: readonly (readonly number[])[],
  {
    code = codes.noError as number,
    id = 7,
    asked = name,
    bits = flags.response as number,
    type = types.a as number,
  } = {},
): Uint8Array {
  const writer = new MessageWriter().begin(id, bits | code)
  writer.question(encodeName(asked)!, type, classes.internet)
  writer.record('answers', encodeName(asked)!, types.cname, classes.internet, 60, encodeName('x.example')!)
  for (const address of addresses)
    writer.record(
      'answers',
      encodeName('x.example')!,
      types.a,
      classes.internet,
      60,
      Uint8Array.from(address),
    )
  return writer.bytes()
}

describe('asking for the addresses of a name', () => {
  test('the question is one for A, with recursion', () => {
    const message = readMessage(addressQuestion(name, 0xbeef)!)
    assert.ok(typeof message !== 'string')
    assert.equal(message.id, 0xbeef)
    assert.equal(message.flags, flags.recursionDesired)
    assert.deepEqual(message.questions, [{ name, type: types.a, class: classes.internet }])
    assert.equal(addressQuestion('a..b', 1), undefined)
  })

  test('addresses are told, also behind an alias', () => {
    assert.deepEqual(
      readAddresses(
        answer([
          [127, 0, 0, 2],
          [127, 0, 0, 10],
        ]),
        name.toUpperCase(),
        7,
      ),
      {
        outcome: 'found',
        addresses: ['127.0.0.2', '127.0.0.10'],
      },
    )
  })

  test('no such name, and one without addresses, is none', () => {
    assert.deepEqual(readAddresses(answer([], { code: codes.noSuchName }), name, 7), { outcome: 'none' })
    assert.deepEqual(readAddresses(answer([]), name, 7), { outcome: 'none' })
    assert.deepEqual(readAddresses(answer([[127, 0, 0, 2, 5]]), name, 7), { outcome: 'none' })
  })

  test('a server that does not say is no answer of no', () => {
    const failed = (options: object) => readAddresses(answer([[127, 0, 0, 2]], options), name, 7)
    assert.deepEqual(failed({ code: codes.refused }), { outcome: 'failed', why: 'refused' })
    assert.deepEqual(failed({ code: codes.serverFailure }), { outcome: 'failed', why: 'server failure' })
    assert.deepEqual(failed({ code: codes.notImplemented }), { outcome: 'failed', why: 'other' })
    assert.deepEqual(failed({ bits: flags.response | flags.truncated }), {
      outcome: 'failed',
      why: 'truncated',
    })
  })

  test('what answers another question is passed over', () => {
    for (const options of [{ id: 8 }, { asked: 'other.example' }, { bits: 0 }, { type: types.aaaa }])
      assert.equal(readAddresses(answer([[127, 0, 0, 2]], options), name, 7), undefined)
  })

  test('no bytes make it throw, and cut or changed ones are never more than what was sent', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        assert.equal(readAddresses(bytes, name, 7), undefined)
      }),
    )
    const whole = answer([[127, 0, 0, 2]])
    for (let length = 0; length < whole.length; length++)
      assert.equal(readAddresses(whole.subarray(0, length), name, 7), undefined)
  })
})

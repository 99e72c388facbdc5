import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  facilities,
  localFacilities,
  octetCounted,
  rfc3164,
  rfc5424,
  type SyslogMessage,
} from '../../../src/wire/syslog/message.ts'

const message: SyslogMessage = {
  facility: 'local0',
  severity: 2,
  time: '2026-11-05T01:08:48.123456789Z',
  hostname: 'pot',
  appName: 'sundew',
  messageId: 'intel.match',
  text: 'kind="intel.match"',
}

const any: fc.Arbitrary<SyslogMessage> = fc.record({
  facility: fc.constantFrom(...facilities, ...localFacilities),
  severity: fc.nat(7),
  time: fc.constant(message.time),
  hostname: fc.string({ unit: 'binary' }),
  appName: fc.string({ unit: 'binary' }),
  messageId: fc.string({ unit: 'binary' }),
  text: fc.string({ unit: 'grapheme' }),
})

describe('a syslog message', () => {
  test('is as RFC 5424 has it, with six digits of a second at most', () => {
    assert.equal(
      rfc5424(message),
      '<130>1 2026-11-05T01:08:48.123456Z pot sundew - intel.match - kind="intel.match"',
    )
  })

  test('is as RFC 3164 has it, with a blank for a missing digit of the day', () => {
    assert.equal(rfc3164(message), '<130>Nov  5 01:08:48 pot sundew: kind="intel.match"')
  })

  test('has a byte order mark before text that is not ASCII, and only there', () => {
    assert.ok(rfc5424({ ...message, text: 'ä' }).endsWith(' - \ufeffä'))
    assert.ok(rfc3164({ ...message, text: 'ä' }).endsWith('sundew: ä'))
  })

  test('has a header of seven words, whatever its parts are', () => {
    fc.assert(
      fc.property(any, (one) => {
        const header = /^<(\d{1,3})>1 \S{27} [!-~]{1,255} [!-~]{1,48} - [!-~]{1,32} - (\ufeff?)([^]*)$/.exec(
          rfc5424(one),
        )
        assert.ok(header)
        assert.equal(header[3], one.text)
        assert.equal(Number(header[1]) % 8, one.severity)
        assert.ok(Number(header[1]) <= 191)
        assert.match(rfc3164(one), /^<\d{1,3}>[A-Z][a-z]{2} [ \d]\d [\d:]{8} [!-~]+ [!-~]+: /)
      }),
    )
  })

  test('is counted in bytes, so that a stream of them is taken apart again', () => {
    fc.assert(
      fc.property(fc.array(any), (messages) => {
        const sent = messages.map(rfc5424)
        let stream = Buffer.from(sent.map(octetCounted).join(''))
        const got: string[] = []
        while (stream.length > 0) {
          const blank = stream.indexOf(' ')
          const end = blank + 1 + Number(stream.toString('latin1', 0, blank))
          got.push(stream.toString('utf8', blank + 1, end))
          stream = stream.subarray(end)
        }
        assert.deepEqual(
          got,
          sent.map((one) => one.toWellFormed()),
        )
      }),
    )
  })
})

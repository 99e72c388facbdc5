import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { maxIdentificationChars, readIdentification } from '../../../src/wire/ssh/identification.ts'

const read = (text: string) => readIdentification(Buffer.from(text, 'latin1'))

describe("a client's identification", () => {
  const whole: readonly [string, string, number, number, string][] = [
    ["OpenSSH's", 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n', 2, 0, 'OpenSSH_9.2p1 Debian-2+deb12u10'],
    ['with LF alone', 'SSH-2.0-Go\n', 2, 0, 'Go'],
    ['with several CRs', 'SSH-2.0-libssh2_1.4.2\r\r\r\n', 2, 0, 'libssh2_1.4.2'],
    ['of both protocols', 'SSH-1.99-old\r\n', 1, 99, 'old'],
    ['with another minor version', 'SSH-2.7-x\r\n', 2, 7, 'x'],
    ['with spaces where sscanf takes them', 'SSH- 2. +0-x\r\n', 2, 0, 'x'],
    ['with digits that wrap to 2', 'SSH-4294967298.0-x\r\n', 2, 0, 'x'],
    ['with bytes past ASCII', 'SSH-2.0-\xff\xe4\r\n', 2, 0, '\xff\xe4'],
    ['of 8192 characters', `SSH-2.0-${'x'.repeat(8184)}\r\n`, 2, 0, 'x'.repeat(8184)],
  ]
  for (const [name, text, major, minor, software] of whole) {
    test(`${name} is read`, () => {
      const line = text.replace(/\r*\n$/, '')
      assert.deepEqual(read(text), {
        state: 'whole',
        identification: { line, major, minor, software },
        bytes: text.length,
      })
    })
  }

  test('ends where the packets begin', () => {
    const result = read('SSH-2.0-x\r\n\0\0\x05')
    assert(result.state === 'whole')
    assert.equal(result.bytes, 11)
  })

  test('is waited for until its LF', () => {
    for (const text of ['', 'S', 'SSH-2.0-x', 'SSH-2.0-x\r', 'GET / HTTP/1.1\r'])
      assert.deepEqual(read(text), { state: 'more' }, JSON.stringify(text))
  })
})

describe('what sshd takes for no identification', () => {
  const invalid = 'Invalid SSH identification string.'
  const cases: readonly [string, string, string, string | undefined, string][] = [
    ['an HTTP request', 'GET / HTTP/1.1\r\n', 'no-ssh', invalid, 'GET / HTTP/1.1'],
    ['an empty line', '\r\n', 'no-ssh', invalid, ''],
    ['eight CRs and LF', '\r\r\r\r\r\r\r\r\n', 'no-ssh', invalid, ''],
    ['a line before it', 'hello\r\nSSH-2.0-x\r\n', 'no-ssh', invalid, 'hello'],
    ['small letters', 'ssh-2.0-x\r\n', 'no-ssh', invalid, 'ssh-2.0-x'],
    ['SSH- and nothing else', 'SSH-\r\n', 'no-ssh', invalid, 'SSH-'],
    ['no version', 'SSH-1337\r\n', 'bad-form', invalid, 'SSH-1337'],
    ['no software', 'SSH-2.0-\r\n', 'bad-form', invalid, 'SSH-2.0-'],
    ['the old protocol', 'SSH-1.5-x\r\n', 'other-version', 'Protocol major versions differ.', 'SSH-1.5-x'],
    ['a version to come', 'SSH-3.0-x\r\n', 'other-version', 'Protocol major versions differ.', 'SSH-3.0-x'],
    ['a NUL, at once', 'SSH-2.0-\0', 'bad-character', invalid, 'SSH-2.0-'],
    ['a CR that no LF follows', 'SSH-2.0\rx', 'bad-character', invalid, 'SSH-2.0'],
    ['a TLS ClientHello', '\x16\x03\x01\x00', 'bad-character', invalid, '\x16\x03\x01'],
    ['8193 characters', 'x'.repeat(8193), 'too-long', invalid, 'x'.repeat(8193)],
    ['CRs without end', '\r'.repeat(maxIdentificationChars + 1), 'too-long', invalid, ''],
    ['a scanner that says so', 'SSH-2.0-Probe-1\r\n', 'probe', undefined, 'SSH-2.0-Probe-1'],
    ['another', 'SSH-1.99-SSH_Version_Mapper\n', 'probe', undefined, 'SSH-1.99-SSH_Version_Mapper'],
  ]
  for (const [name, text, reason, answer, line] of cases) {
    test(`${name}: ${reason}`, () => {
      const result = read(text)
      assert(result.state === 'malformed')
      const { bytes, ...rest } = result
      assert.deepEqual(rest, { state: 'malformed', reason, line, answer })
      // sshd stops at the byte that spoils it, or at the line's end.
      assert.equal(bytes, text.includes('\n') ? text.indexOf('\n') + 1 : text.length)
    })
  }
})

test('reading any bytes ends, and more bytes change no judgement', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc
      .string({ unit: fc.constantFrom('S', 'H', '-', '2', '.', '0', '\r', '\n', '\0', 'x'), maxLength: 30 })
      .map((text) => Uint8Array.from(Buffer.from(`SSH-${text}`))),
  )
  fc.assert(
    fc.property(bytes, fc.uint8Array({ maxLength: 8 }), (first, then) => {
      const result = readIdentification(first)
      if (result.state === 'more') return
      assert.deepEqual(readIdentification(Buffer.concat([first, then])), result)
      for (let cut = 0; cut < first.length; cut++) {
        const part = readIdentification(first.subarray(0, cut))
        if (part.state !== 'more') assert.deepEqual(part, result)
      }
    }),
  )
})

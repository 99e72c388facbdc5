import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { mboxMessage } from '../../src/cli/mbox.ts'

const time = '2026-11-05T01:08:48.123456789Z'

async function written(chunks: readonly Uint8Array[], sender = 'a@example.net'): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(mboxMessage(chunks, sender, time)))
}

/** What a reader of mboxrd makes of a file: the messages, one `>` taken back. A line begins after LF only. */
function read(file: Buffer): string[] {
  const text = file.toString('latin1')
  return text
    .split(/(?<![^\n])From [^\n]*\n/)
    .slice(1)
    .map((part) => part.replace(/\n$/, '').replace(/(?<![^\n])>(>*From )/g, '$1'))
}

const piece = fc.oneof(
  fc.constantFrom('From ', '>From ', '>>From', '>', 'Fro', '\r', '\n', '\r\n', 'From', ' '),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const message = fc.array(
  fc.array(piece).map((parts) => Buffer.from(parts.join(''), 'latin1')),
  { maxLength: 6 },
)

describe('an mbox', () => {
  test('names sender and date, quotes From, ends lines in LF and messages in an empty line', async () => {
    const file = await written([Buffer.from('Subject: x\r\n\r\nFrom here\r\n>From there\r\nFromage\r\nend')])
    assert.equal(
      file.toString(),
      'From a@example.net Thu Nov  5 01:08:48 2026\nSubject: x\n\n>From here\n>>From there\nFromage\nend\n\n',
    )
  })

  test('lets no sender forge a line or a date', async () => {
    const file = await written([Buffer.from('x\r\n')], '<a b\nFrom c@d Thu\u202e>')
    assert.equal(file.toString().split('\n')[0], 'From a_b_From_c@d_Thu_ Thu Nov  5 01:08:48 2026')
    assert.match((await written([], '')).toString(), /^From MAILER-DAEMON /)
  })

  test('is read back as the same messages, lines ending in LF, however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 3 }), async (messages) => {
        const file = Buffer.concat(await Promise.all(messages.map((chunks) => written(chunks))))
        const wanted = messages.map((chunks) => {
          const text = Buffer.concat(chunks).toString('latin1').replaceAll('\r\n', '\n')
          return text === '' || text.endsWith('\n') ? text : `${text}\n`
        })
        assert.deepEqual(read(file), wanted)
      }),
      { numRuns: 500 },
    )
  })

  test('costs no memory for a line of 100 MB, nor for as many >', async () => {
    for (const fill of ['a', '>']) {
      const chunk = Buffer.alloc(1_000_000, fill)
      let bytes = 0
      const source = (function* () {
        for (let i = 0; i < 100; i++) yield chunk
      })()
      for await (const out of mboxMessage(source, 'a', time)) {
        assert.ok(out.length <= 1_000_010)
        bytes += out.length
      }
      assert.ok(bytes > 100_000_000 && bytes < 100_000_100)
    }
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { treeOf } from '../../../src/machine/files/literal.ts'
import type { Happening } from '../../../src/machine/happening.ts'
import type { Call } from '../../../src/machine/program.ts'
import { scp } from '../../../src/machine/transfer/scp.ts'

/** `scp -t` on what arrives in these parts: its exit status, what it said, what happened. */
async function sink(parts: readonly Uint8Array[], ...args: string[]) {
  const tree = treeOf({ '/tmp': { directory: true, mode: 0o1777 } })
  const waiting = [...parts]
  const happened: Happening[] = []
  let said = ''
  // Only what scp uses of a call.
  const call = {
    args: ['-t', ...args],
    directory: '/root',
    umask: 0o022,
    stdin: { read: async () => waiting.shift() },
    stdout: {
      write: async (bytes: Uint8Array | string) => {
        said += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1')
      },
    },
    files: tree.files,
    path: (name: string) => (name.startsWith('/') ? name : `/root/${name}`),
    spend: async () => {},
    happened: (happening: Happening) => happened.push(happening),
  } as unknown as Call
  return { exit: await scp.run(call), said, happened, tree }
}

const bytes = (s: string) => Buffer.from(s, 'latin1')

describe('scp -t', () => {
  it('takes a file however it is cut into parts', async () => {
    const whole = bytes('T1500000000 0 1500000000 0\nC0755 5 drop\nhello\0')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(whole.length), { maxLength: 8 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length]
        const parts = at.slice(1).map((end, i) => whole.subarray(at[i], end))
        const { exit, said, happened, tree } = await sink(parts, '-p', '/tmp')
        assert.equal(exit, 0)
        assert.equal(said, '\0\0\0\0')
        assert.equal(tree.files.stat('/tmp/drop').mode, 0o755)
        assert.equal(tree.files.stat('/tmp/drop').mtimeMs, 1_500_000_000_000)
        assert.deepEqual(
          happened.map((h) => h.type === 'file' && [h.path, Buffer.from(h.bytes).toString(), h.via]),
          [['/tmp/drop', 'hello', 'scp']],
        )
      }),
    )
  })
  it('keeps what came where the peer leaves in the middle', async () => {
    const { exit, happened } = await sink([bytes('C0644 500 a\nhalf')], '/tmp')
    assert.equal(exit, 1)
    assert.deepEqual(
      happened.map((h) => h.type === 'file' && Buffer.from(h.bytes).toString()),
      ['half'],
    )
  })
  it('bears anything', async () => {
    const record = fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc
        .constantFrom(
          'C0644 3 a\n',
          'D0755 0 b\n',
          'E\n',
          'T1 0 1 0\n',
          'abc\0',
          '\x01no\n',
          '\x02',
          'C0000 9999999 x\n',
        )
        .map(bytes),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 40 }), async (parts) => {
        const { exit, tree } = await sink(parts, '-r', '/tmp')
        assert.ok(exit === 0 || exit === 1)
        assert.ok(tree.used.bytes < 100_000)
      }),
    )
    const endless = await sink([Buffer.alloc(1_000_000, 'C')], '/tmp')
    assert.equal(endless.exit, 1)
    const deep = await sink(
      Array.from({ length: 200 }, () => bytes('D0755 0 d\n')),
      '-r',
      '/tmp',
    )
    assert.equal(deep.exit, 1)
  })
})

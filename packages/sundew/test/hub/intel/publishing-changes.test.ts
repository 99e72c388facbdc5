import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { Changes, countEntries, everyLine } from '../../../src/hub/intel/publishing-changes.ts'

const folder = await mkdtemp(join(tmpdir(), 'sundew-changes-'))
after(() => rm(folder, { recursive: true }))

async function changes(former: string | undefined, next: string | undefined): Promise<Changes> {
  const paths = [join(folder, 'former'), join(folder, 'next')] as const
  if (former !== undefined) await writeFile(paths[0], former)
  if (next !== undefined) await writeFile(paths[1], next)
  const told = new Changes(everyLine)
  told.compare('x', former === undefined ? undefined : paths[0], next === undefined ? undefined : paths[1])
  return told
}

const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `line ${from + at}`)

test('one line more in a large file is one more', async () => {
  const all = lines(0, 200_000)
  const told = await changes(all.join('\n'), all.toSpliced(123_456, 0, 'new').join('\n'))
  assert.deepEqual([told.added, told.removed, told.examples, told.differs], [1, 0, ['+new'], true])
})

test('what is the same does not differ, also where it is longer than what is read at once', async () => {
  const text = `${lines(0, 300_000).join('\n')}\n`
  assert.equal((await changes(text, text)).differs, false)
  const longer = await changes(text, `${text}z`)
  assert.deepEqual([longer.differs, longer.added, longer.removed], [true, 1, 0])
})

test('a line that only moved is neither new nor gone', async () => {
  const told = await changes('a\nb\nc\nd\n', 'd\na\nb\nc\n')
  assert.deepEqual([told.added, told.removed, told.differs], [0, 0, true])
})

test('comments differ and are no entries', async () => {
  const told = await changes('# one\na\n', '# two\na\n')
  assert.deepEqual([told.added, told.removed, told.differs], [0, 0, true])
})

test('a file that was not there is all new, and one that is gone is all gone', async () => {
  assert.equal((await changes(undefined, 'a\nb\n')).added, 2)
  assert.equal((await changes('a\nb\n', undefined)).removed, 2)
})

test('entries new and gone are those that one file has oftener than the other, whatever the files', async () => {
  const word = fc.constantFrom('a', 'b', 'c', 'dd', '#x', '', 'é')
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { maxLength: 40 }),
      fc.array(word, { maxLength: 40 }),
      async (old, young) => {
        const [former, next] = [old.join('\n'), young.join('\n')]
        const told = await changes(former, next)
        const over = (these: string[], those: string[]) => {
          const left = [...those]
          return these.filter((one) => {
            const at = left.indexOf(one)
            if (at >= 0) left.splice(at, 1)
            return at < 0 && everyLine(one) !== undefined
          }).length
        }
        assert.deepEqual([told.added, told.removed], [over(young, old), over(old, young)])
        assert.equal(told.differs, former !== next)
        assert.equal(
          countEntries('x', join(folder, 'next'), everyLine),
          young.filter((one) => everyLine(one) !== undefined).length,
        )
      },
    ),
    { numRuns: 200 },
  )
})

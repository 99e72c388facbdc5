import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

const root = join(import.meta.dirname, '..', '..', '..')
const sources = ['packages/sundew/src', 'packages/sundew/bin', 'scripts']
/** Named like codes, and set by whoever runs Sundew. */
const environment = ['SUNDEW_DATA', 'SUNDEW_DEBUG', 'SUNDEW_RECEIVER']

const page = readFileSync(join(root, 'docs', 'errors.md'), 'utf8')
const rows = page.split('\n').filter((line) => line.startsWith('| `'))
const texts = sources.flatMap(filesUnder).map((file) => readFileSync(file, 'latin1'))
const inSource = codesIn(texts)

describe('docs/errors.md', () => {
  test('has exactly one row for each code in the source, and no other', () => {
    const explained = rows.map((row) => /^\| `(SUNDEW_[A-Z0-9_]+)` +\|/.exec(row)?.[1] ?? row)
    assert.deepEqual(explained.sort(), inSource)
  })

  test('names no code, in a table or beside it, that the source does not have', () => {
    const known = new Set(inSource)
    assert.deepEqual(
      codesIn([page]).filter((code) => !known.has(code)),
      [],
    )
  })

  test('says of each what it means and what to do', () => {
    const poor = rows.filter((row) => !/^\| [^|]+ \| [^|]*\w[^|]* \| [^|]*\w[^|]* \|$/.test(row))
    assert.deepEqual(poor, [])
  })

  test('tells the environment variables, which the source does read', () => {
    for (const name of environment) {
      assert.ok(
        texts.some((text) => text.includes(`process.env['${name}']`)),
        `${name} is read nowhere`,
      )
      assert.ok(page.includes(`\`${name}\` (`), `${name} is not told`)
    }
  })
})

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The codes named in the texts, each once, sorted. */
function codesIn(texts: readonly string[]): string[] {
  const found = new Set(texts.flatMap((text) => text.match(/\bSUNDEW_[A-Z0-9_]*[A-Z0-9]\b/g) ?? []))
  return [...found].filter((code) => !environment.includes(code)).sort()
}

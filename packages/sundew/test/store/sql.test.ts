import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import fc from 'fast-check'

import { exceptionOf } from '../../src/store/exception.ts'
import { readCanonical, splitInsert, sqlIdentifier, sqlString } from '../../src/store/sql.ts'

describe('an INSERT with rows', () => {
  const cases: [string, string | undefined, string, string][] = [
    ['INSERT INTO t FORMAT CSV\n1,2', 'CSV', 'INSERT INTO t ', '1,2'],
    ['insert into t (a, `format`) format\tNative', 'Native', 'insert into t (a, `format`) ', ''],
    ['INSERT INTO t FORMAT TSV\r\n\n1', 'TSV', 'INSERT INTO t ', '\n1'],
    [
      '/* INSERT */ INSERT INTO t SETTINGS a = 1 FORMAT CSV\n',
      'CSV',
      '/* INSERT */ INSERT INTO t SETTINGS a = 1 ',
      '',
    ],
    ['INSERT INTO t VALUES (1)', 'Values', 'INSERT INTO t ', ' (1)'],
    [
      "INSERT INTO t (`a' FORMAT x`) VALUES('FORMAT')",
      'Values',
      "INSERT INTO t (`a' FORMAT x`) ",
      "('FORMAT')",
    ],
    ['INSERT INTO t SELECT 1 FORMAT CSV', undefined, '', ''],
    ['INSERT INTO t (a) WITH 1 AS x SELECT x', undefined, '', ''],
    ["INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV", undefined, '', ''],
    ['INSERT INTO t; DROP TABLE t FORMAT CSV', undefined, '', ''],
    ['SELECT 1 FORMAT CSV', undefined, '', ''],
    ['INSERT INTO t FORMAT', undefined, '', ''],
    ['', undefined, '', ''],
  ]
  for (const [text, format, head, data] of cases) {
    it(`is taken apart: ${JSON.stringify(text)}`, () => {
      const found = splitInsert(text)
      assert.equal(found?.format, format)
      if (!found) return
      assert.equal(found.head, head)
      assert.equal(text.slice(found.dataAt), data)
    })
  }

  it('is looked for in any bytes without harm', () => {
    const pieces = fc.constantFrom(
      'INSERT INTO ',
      'FORMAT ',
      'VALUES',
      "'",
      '"',
      '`',
      '\\',
      '/*',
      '*/',
      '--',
      '\n',
      '(',
      ')',
      ';',
      'a',
      '\0',
      '\xff',
      '$$',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 40 }), (parts) => {
        const text = parts.join('')
        const found = splitInsert(text)
        if (found) assert.ok(found.dataAt >= found.head.length && found.dataAt <= text.length)
      }),
    )
  })

  it('costs time in proportion to its head only', () => {
    for (const text of [
      "'".repeat(200_000),
      '/*'.repeat(100_000),
      '`\\'.repeat(100_000),
      `INSERT INTO t VALUES ${'('.repeat(200_000)}`,
    ]) {
      splitInsert(text)
    }
  })
})

describe('the canonical form', () => {
  it('gives words outside strings only', () => {
    const { words, format } = readCanonical(
      "SELECT `a b`, `file`(x) FROM t WHERE y = 'OUTFILE \\' file' FORMAT CSV",
    )
    assert.deepEqual(words, ['select', 'a b', 'file', 'x', 'from', 't', 'where', 'y', 'format', 'csv'])
    assert.equal(format, 'CSV')
  })

  it('tells SETTINGS clauses and Identifier parameters from names and strings', () => {
    assert.equal(readCanonical('SELECT * FROM (SELECT 1 SETTINGS max_threads = 1)').hasSettings, true)
    assert.equal(
      readCanonical("SELECT * FROM system.settings WHERE name = 'SETTINGS a = 1'").hasSettings,
      false,
    )
    assert.equal(readCanonical('SELECT {x:Identifier}').hasIdentifierParameter, true)
    assert.equal(readCanonical("SELECT '{x:Identifier}'").hasIdentifierParameter, false)
  })
})

describe('quoting', () => {
  it('leaves no way out of a literal or a name', () => {
    assert.equal(sqlString("a'b\\c\0"), "'a\\'b\\\\c\\0'")
    assert.equal(sqlIdentifier('a`b'), '`a\\`b`')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.match(sqlString(text), /^'(?:[^'\\]|\\[\s\S])*'$/)
        assert.match(sqlIdentifier(text), /^`(?:[^`\\]|\\[\s\S])*`$/)
      }),
    )
  })
})

describe('an exception of the engine', () => {
  it('is read with its code, name and sentence, wrapped or not', () => {
    const plain = exceptionOf(new Error('Code: 60. DB::Exception: Table a.b does not exist. (UNKNOWN_TABLE)'))
    assert.deepEqual(
      [plain.code, plain.type, plain.message, plain.status],
      [60, 'UNKNOWN_TABLE', 'Table a.b does not exist.', 404],
    )
    const wrapped = exceptionOf(
      new Error(
        'Code: 164. DB::Exception: Code: 164. DB::Exception: No. (READONLY) (version 26.7.2.1). (READONLY)',
      ),
    )
    assert.equal(wrapped.text, 'Code: 164. DB::Exception: No. (READONLY)')
    assert.equal(exceptionOf(new Error('boom')).code, 1001)
  })
})

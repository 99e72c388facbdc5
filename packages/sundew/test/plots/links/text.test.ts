import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { graphOf, type Triple } from '../../../src/plots/links/graph.ts'
import { csvLines, dotLines } from '../../../src/plots/links/text.ts'

/** What Debian's `graphviz` says of a graph; undefined where it is not installed. */
const graphviz = spawnSync('dot', ['-V']).status === 0

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '\\',
    '"',
    '\\"',
    'a\\N',
    '<b>x</b>',
    '];}',
    '\u202eevil',
    'x'.repeat(300),
    '',
    '&#0;',
    '=cmd|x',
    '\n',
  ),
)
const triple: fc.Arbitrary<Triple> = fc.record({
  parts: fc.tuple(hostile, hostile, hostile),
  count: fc.integer({ min: 1, max: 3 }),
})

/** Cells of a line as Perl's Text::CSV reads it, which AfterGlow uses: by commas, quotes around a cell, doubled inside. */
function cells(text: string): string[][] {
  const lines: string[][] = [[]]
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const mark = text[at]!
    if (quoted && mark === '"' && text[at + 1] === '"') cell += text[++at]!
    else if (mark === '"') quoted = !quoted
    else if (!quoted && (mark === ',' || mark === '\n')) {
      lines.at(-1)!.push(cell)
      cell = ''
      if (mark === '\n') lines.push([])
    } else cell += mark
  }
  assert.equal(quoted, false)
  assert.deepEqual(lines.pop(), [])
  return lines
}

describe('CSV', () => {
  it('has three cells a line, one line a time, whatever the names', () => {
    fc.assert(
      fc.property(fc.array(triple, { maxLength: 8 }), (triples) => {
        const lines = cells([...csvLines(triples)].join(''))
        assert.equal(
          lines.length,
          triples.reduce((sum, { count }) => sum + count, 0),
        )
        for (const line of lines) assert.equal(line.length, 3)
      }),
    )
  })

  it('gives names back as they were, but for those a spreadsheet would reckon with', () => {
    const triples: Triple[] = [{ parts: ['a "b", c', '=1+1', 'd\ne'], count: 1 }]
    assert.deepEqual(cells([...csvLines(triples)].join('')), [['a "b", c', "'=1+1", 'd\ne']])
  })
})

describe('DOT', { skip: !graphviz && 'graphviz is not installed' }, () => {
  it('is read by Graphviz, which finds each node with its label and each edge, whatever the names', () => {
    fc.assert(
      fc.property(fc.array(triple, { maxLength: 6 }), (triples) => {
        const graph = graphOf(triples)
        const { status, stdout, stderr } = spawnSync('dot', ['-Tdot_json'], {
          input: [...dotLines(graph)].join(''),
          encoding: 'utf8',
        })
        assert.equal(status, 0, stderr)
        assert.equal(stderr, '')
        const read = JSON.parse(stdout) as { objects?: { name: string; label: string }[]; edges?: unknown[] }
        assert.equal(read.objects?.length ?? 0, graph.nodes.length)
        assert.equal(read.edges?.length ?? 0, graph.edges.length)
      }),
      { numRuns: 40 },
    )
  })

  it('shows quotes, backslashes and entities as they are, not as what Graphviz makes of them', () => {
    const graph = graphOf([{ parts: ['say \\N "x"', '25', 't'], count: 1 }])
    const { stdout } = spawnSync('dot', ['-Tsvg'], { input: [...dotLines(graph)].join(''), encoding: 'utf8' })
    const [, entity] = [...dotLines(graphOf([{ parts: ['&lt;b&gt;', '25', 't'], count: 1 }]))]
    assert.match(entity!, /label="&amp;lt;b&amp;gt;"/)
    assert.match(stdout, />say&#160;\\N&#160;&quot;x&quot;<|>say \\N &quot;x&quot;</)
  })
})

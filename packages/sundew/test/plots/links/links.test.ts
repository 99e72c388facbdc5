import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { columnsLayout } from '../../../src/plots/links/columns.ts'
import { graphOf, type Triple } from '../../../src/plots/links/graph.ts'
import { apart } from '../../../src/plots/links/apart.ts'
import { drawTreemap } from '../../../src/plots/links/draw-treemap.ts'
import { forceLayout, mostForced } from '../../../src/plots/links/force.ts'
import { group } from '../../../src/plots/links/group.ts'
import { overlaps } from '../../../src/plots/links/overlaps.ts'
import { drawLinks, foot } from '../../../src/plots/links/draw.ts'
import { SvgPen } from '../../../src/plots/pen/svg-pen.ts'
import type { Point } from '../../../src/plots/pen/pen.ts'
import { pngOf } from '../../../src/plots/png.ts'
import { shortLabel } from '../../../src/plots/pen/label.ts'

const attempts: readonly Triple[] = [
  { parts: ['192.0.2.1', '25', 'mx.example.net'], count: 5 },
  { parts: ['192.0.2.1', '80', 'www.example.net'], count: 1 },
  { parts: ['192.0.2.7', '25', 'mx.example.net'], count: 2 },
]

/** As a spammer's two weeks: few ports, many targets, most of them rare. */
function many(sources: number, targets: number): Triple[] {
  return Array.from({ length: sources * 8 }, (_, n) => ({
    parts: [
      `203.0.${(n % sources) >> 6}.${n % 64}`,
      String([25, 80, 443][n % 3]),
      `h${(n * 7919) % targets}.example${n % 40}.net`,
    ] as const,
    count: 1 + (n % 13),
  }))
}

function svgOf(triples: readonly Triple[]): string {
  const graph = graphOf(triples)
  const layout = columnsLayout(graph)
  const pen = new SvgPen(layout.width, layout.height + foot)
  drawLinks(pen, graph, layout, 'all of it')
  return pen.toString()
}

/** What intruders write: any text, and marks, controls and markup in it. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '\u202eevil',
    '" onload="x',
    'a\u0301'.repeat(150),
    '漢'.repeat(80),
    '',
    '&amp;',
  ),
)
const triple = fc.record({
  parts: fc.tuple(hostile, hostile, hostile),
  count: fc.integer({ min: 1, max: 1e6 }),
})

describe('a graph of links', () => {
  it('has one node a name and column, one edge a pair, with their counts', () => {
    const { nodes, edges, total } = graphOf(attempts)
    assert.equal(total, 8)
    assert.deepEqual(
      nodes.map(({ column, name, count }) => [column, name, count]),
      [
        [0, '192.0.2.1', 6],
        [0, '192.0.2.7', 2],
        [1, '25', 7],
        [1, '80', 1],
        [2, 'mx.example.net', 7],
        [2, 'www.example.net', 1],
      ],
    )
    assert.deepEqual(edges, [
      { from: 0, to: 2, count: 5 },
      { from: 0, to: 3, count: 1 },
      { from: 1, to: 2, count: 2 },
      { from: 2, to: 4, count: 7 },
      { from: 3, to: 5, count: 1 },
    ])
  })

  it('keeps the same name in two columns apart', () => {
    const { nodes } = graphOf([{ parts: ['a', 'a', 'a'], count: 1 }])
    assert.equal(nodes.length, 3)
  })
})

describe('columns', () => {
  it('have no two boxes that overlap, with thousands of nodes', () => {
    const graph = graphOf(many(2000, 2500))
    const { nodes } = columnsLayout(graph)
    assert.ok(nodes.length > 4000)
    assert.equal(overlaps(nodes.map(({ box }) => box)), 0)
  })

  it('have none whatever the names, and everything lies in the picture', () => {
    fc.assert(
      fc.property(fc.array(triple, { maxLength: 60 }), (triples) => {
        const { nodes, width, height } = columnsLayout(graphOf(triples))
        assert.equal(overlaps(nodes.map(({ box }) => box)), 0)
        for (const { box } of nodes) {
          assert.ok(box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height)
        }
      }),
    )
  })

  it('put those linked to the same neighbour beside each other', () => {
    const graph = graphOf(
      Array.from({ length: 40 }, (_, n) => ({
        parts: [`s${n}`, n % 2 ? '80' : '25', 'target'] as const,
        count: 1,
      })),
    )
    const { nodes } = columnsLayout(graph)
    const sources = nodes
      .slice(0, 40)
      .map((node, at) => ({ y: node.y, even: Number(graph.nodes[at]!.name.slice(1)) % 2 }))
    const sides = sources.toSorted((a, b) => a.y - b.y).map(({ even }) => even)
    assert.equal(sides.filter((side, at) => at > 0 && side !== sides[at - 1]).length, 1)
  })
})

describe('forces', () => {
  it('leave no two boxes that overlap, and put everything into the picture', () => {
    const { graph } = group(many(300, 900))
    const { nodes, width, height } = forceLayout(graph)
    assert.equal(overlaps(nodes.map(({ box }) => box)), 0)
    for (const { box } of nodes)
      assert.ok(box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height)
  })

  it('leave none whatever the names', () => {
    fc.assert(
      fc.property(fc.array(triple, { maxLength: 30 }), (triples) => {
        const { nodes } = forceLayout(graphOf(triples))
        assert.equal(overlaps(nodes.map(({ box }) => box)), 0)
        for (const { x, y } of nodes) assert.ok(Number.isFinite(x) && Number.isFinite(y))
      }),
      { numRuns: 40 },
    )
  })

  it('give the same picture each time', () => {
    const graph = graphOf(many(20, 30))
    assert.deepEqual(forceLayout(graph), forceLayout(graph))
  })

  it('keep what is linked nearer than what is not', () => {
    const two = ['a', 'b'].flatMap((side) =>
      Array.from({ length: 12 }, (_, n) => ({ parts: [`${side}${n}`, side, `${side}t`] as const, count: 1 })),
    )
    const graph = graphOf(two)
    const { nodes } = forceLayout(graph)
    const hub = (side: string) => nodes[graph.nodes.findIndex(({ name }) => name === side)]!
    const nearer = graph.nodes.filter(({ name }, at) => {
      const own = hub(name[0]!)
      const other = hub(name.startsWith('a') ? 'b' : 'a')
      const { x, y } = nodes[at]!
      return Math.hypot(x - own.x, y - own.y) < Math.hypot(x - other.x, y - other.y)
    })
    assert.equal(nearer.length, graph.nodes.length)
  })

  it('are not tried on more nodes than they lay out in time', () => {
    const graph = graphOf(many(4000, 5000))
    assert.ok(graph.nodes.length > mostForced)
    assert.throws(() => forceLayout(graph), RangeError)
  })
})

describe('boxes moved apart', () => {
  it('do not overlap, though all were in one place', () => {
    const pile = Array.from({ length: 300 }, (_, n) => ({ left: 0, top: 0, right: 10 + (n % 7), bottom: 10 }))
    assert.equal(overlaps(apart(pile)), 0)
  })

  it('stay where they are where none overlapped', () => {
    const box = { left: 0, top: 0, right: 10, bottom: 10 }
    const far = { left: 50, top: 50, right: 60, bottom: 60 }
    assert.deepEqual(apart([box, far]), [box, far])
  })
})

describe('overlapping boxes', () => {
  it('are counted by pairs; touching is not overlapping', () => {
    const box = (left: number, top: number) => ({ left, top, right: left + 10, bottom: top + 10 })
    assert.equal(overlaps([box(0, 0), box(10, 0), box(0, 10)]), 0)
    assert.equal(overlaps([box(0, 0), box(5, 5), box(9, 9)]), 3)
  })
})

describe('grouping', () => {
  const coarser = [
    [(name: string) => name.replace(/\.\d+$/, '.0/24')],
    [],
    [(name: string) => name.split('.').slice(1).join('.')],
  ] as const

  it('leaves a small graph as it is, and says that all is named', () => {
    const { graph, named } = group(attempts, { coarser })
    assert.equal(graph.nodes.length, 6)
    assert.equal(named, 1)
  })

  it('takes coarser names where there are too many, and they know their members', () => {
    const { graph, named } = group(many(300, 900), { coarser })
    assert.ok(graph.nodes.length <= 150)
    assert.equal(named, 1)
    const network = graph.nodes.find(({ name }) => name === '203.0.0.0/24')!
    assert.equal(network.members?.length, 64)
    assert.equal(
      network.members?.reduce((sum, { count }) => sum + count, 0),
      network.count,
    )
  })

  it('sums the rest up as others, and says what share the picture names', () => {
    const triples = many(300, 900)
    const { graph, named } = group(triples)
    assert.ok(graph.nodes.length <= 150)
    assert.ok(named > 0 && named < 1)
    assert.equal(
      graph.total,
      triples.reduce((sum, { count }) => sum + count, 0),
    )
    assert.equal(graph.nodes.filter(({ name }) => name.endsWith(' others')).length, 2)
  })
})

describe('the picture as SVG', () => {
  it('draws every label after every symbol and edge', () => {
    const svg = svgOf(attempts)
    const firstLabel = svg.indexOf('<text')
    assert.ok(svg.lastIndexOf('<path') < firstLabel && svg.lastIndexOf('<circle') < firstLabel)
    assert.equal(svg.match(/<text /g)?.length, 7)
  })

  it('holds nothing of a name but its text', () => {
    fc.assert(
      fc.property(fc.array(triple, { maxLength: 10 }), (triples) => {
        const svg = svgOf(triples)
        const tags = new Set([...svg.matchAll(/<\/?([a-zA-Z]+)/g)].map(([, tag]) => tag!))
        for (const tag of tags)
          assert.ok(['svg', 'rect', 'g', 'path', 'circle', 'text', 'title', 'style'].includes(tag), tag)
        assert.doesNotMatch(svg, /<[^>]*\son[a-z]+=|[\u0000-\u0009\u000b-\u001f\u202e]/)
      }),
    )
  })
})

describe('a group in a picture', () => {
  const triples = many(300, 900)
  const grouped = group(triples)
  const layout = columnsLayout(grouped.graph)

  it('opens in SVG: a link on its symbol shows a list of what it stands for, and one on that hides it', () => {
    const pen = new SvgPen(layout.width, layout.height + foot)
    drawLinks(pen, grouped.graph, layout, '')
    const svg = pen.toString()
    const groups = grouped.graph.nodes.filter(({ members }) => members)
    assert.equal(groups.length, 2)
    for (const [at, { members }] of groups.entries()) {
      assert.ok(svg.includes(`<a href="#list-${at + 1}"><circle`))
      const [, list] = new RegExp(`<a href="#list" class="list" id="list-${at + 1}">(.*)</a>`).exec(svg)!
      assert.ok(list!.includes(`>${members![0]!.name}: ${members![0]!.count}<`))
      assert.match(list!, /… and [\d,]+ more</)
    }
  })

  it('has its list within the picture', () => {
    const pen = new SvgPen(layout.width, layout.height + foot)
    const lists: { corner: Point; lines: number; width: number }[] = []
    pen.opens = (_at, _radius, corner, lines, { width }) => {
      lists.push({ corner, lines: lines.length, width })
    }
    drawLinks(pen, grouped.graph, layout, '')
    assert.equal(lists.length, 2)
    for (const { corner, lines, width } of lists) {
      assert.ok(corner.x >= 0 && corner.x + width <= layout.width)
      assert.ok(corner.y >= 0 && corner.y + (lines + 0.5) * 12 * 1.4 <= layout.height + foot)
    }
  })

  it('is one rectangle of the treemap, which names what the map names', () => {
    const pen = new SvgPen(1200, 700)
    drawTreemap(pen, grouped.triples, grouped.graph, 1200, 700)
    const svg = pen.toString()
    const others = grouped.graph.nodes.find(({ column, members }) => column === 0 && members)!
    assert.ok(svg.includes(`<title>${others.name} → `))
    const outlines = svg.match(/stroke-width="1.5"/g)
    assert.equal(outlines?.length, grouped.graph.nodes.filter(({ column }) => column === 0).length)
    const port = grouped.graph.nodes.find(({ column }) => column === 1)!
    assert.ok(svg.includes(`text-anchor="end">${port.name}<`))
  })
})

describe('the picture as PNG', () => {
  it('has the size of the layout and the colours of the symbols', () => {
    const graph = graphOf(attempts)
    const layout = columnsLayout(graph)
    const png = Buffer.from(
      pngOf(layout.width, layout.height + foot, (pen) => drawLinks(pen, graph, layout, '')),
    )
    assert.equal(png.toString('latin1', 1, 4), 'PNG')
    assert.equal(png.readUInt32BE(16), Math.ceil(layout.width))
    assert.equal(png.readUInt32BE(20), Math.ceil(layout.height + foot))
  })

  it('is refused where it would be too large', () => {
    assert.throws(() => pngOf(1e6, 1e6, () => {}), RangeError)
  })
})

describe('a label', () => {
  it('is cut at its columns, wide characters counted as two, piled-up marks left out', () => {
    assert.equal(shortLabel('a'.repeat(50), 10), `${'a'.repeat(9)}…`)
    assert.equal(shortLabel('漢'.repeat(8), 10), '漢漢漢漢…')
    assert.ok(shortLabel(`x${'\u0301'.repeat(1000)}`, 10).length <= 10)
    assert.equal(shortLabel('mx.example.net', 40), 'mx.example.net')
  })
})

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { margins } from '../../../src/plots/fireplot/draw.ts'
import { rowsOf } from '../../../src/plots/fireplot/scale.ts'
import { sundew, type Ended } from '../sundew.ts'

let folder = ''
const run = (...args: string[]): Promise<Ended> => sundew(['plot', 'fireplot', '--utc', ...args])
const at = (name: string) => join(folder, name)

/** As the owner of the first fireplot logs. */
const block = (time: string, what: string) =>
  `${time} BLOCK: in:ether1 out:(none), src-mac 00:00:00:6a:f3:9c, proto ${what}, len 60`
const probe = (time: string, source: string, port: number) =>
  block(time, `TCP (SYN), ${source}:40000->192.0.2.1:${port}`)
const lines = [
  ...Array.from({ length: 24 }, (_, hour) =>
    probe(`Nov 20 ${String(hour).padStart(2, '0')}:30:00`, '203.0.113.7', 1000 + hour),
  ),
  block('Nov 20 12:00:00', 'UDP, 203.0.113.8:40000->192.0.2.1:53'),
  block('Nov 20 12:00:00', 'ICMP (type 8, code 0), 203.0.113.8->192.0.2.1'),
  block('Nov 20 12:00:01', 'TCP (RST), 203.0.113.9:80->192.0.2.1:40001'),
  block('Nov 20 12:00:02', 'TCP (ACK,FIN), 203.0.113.9:80->192.0.2.1:40002'),
  'Nov 20 12:00:03 something else \u001b[2J',
]

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-fireplot-'))
  await writeFile(at('fw.log'), `${lines.join('\n')}\n`)
})

after(() => rm(folder, { recursive: true }))

describe('sundew plot fireplot', () => {
  test('draws each packet of a log where its time and its port are, and says what it read', async () => {
    const { code, stderr } = await run(
      '--log',
      at('fw.log'),
      '--from',
      '2026-11-20',
      '--to',
      '2026-11-21',
      '--size',
      '240x200',
      '-o',
      at('x.png'),
    )
    assert.equal(code, 0)
    assert.equal(
      stderr,
      '28 packets (mikrotik); 2 answers left out; 1 lines could not be read, the first: Nov 20 12:00:03 something else \\x1b[2J\n',
    )
    const image = await loadImage(await readFile(at('x.png')))
    const canvas = createCanvas(image.width, image.height)
    const context = canvas.getContext('2d')
    context.drawImage(image, 0, 0)
    const rows = rowsOf(200, 'log')
    for (const hour of [0, 7, 23]) {
      const [x, y] = [margins.left + hour * 10 + 5, margins.top + rows.of[1000 + hour]!]
      const [red, green, blue] = context.getImageData(x, y, 1, 1).data
      assert.ok(green! > 100 && red! < green! / 2 && blue! < green! / 2, `${hour}: ${red} ${green} ${blue}`)
    }
  })

  test('as SVG has axes as text and the dots as pixels', async () => {
    await run('--log', at('fw.log'), '--size', '240x200', '-o', at('x.svg'))
    const svg = await readFile(at('x.svg'), 'utf8')
    assert.match(svg, />ssh 22</)
    assert.match(svg, />TCP 24</)
    assert.match(svg, />ICMP 1</)
    assert.match(svg, /<image [^>]*href="data:image\/png;base64,/)
  })

  test('draws one source alone, a day, other scales and schemes, and hides the busiest ports', async () => {
    const one = await run(
      '--log',
      at('fw.log'),
      '--source',
      '203.0.113.8',
      '--scheme',
      'safe',
      '--scale',
      'linear',
      '--size',
      '240x200',
      '-o',
      at('y.svg'),
    )
    assert.match(one.stderr, /^28 packets .* 24 that were not asked for/)
    assert.match(await readFile(at('y.svg'), 'utf8'), /one source: 2 packets/)
    await run(
      '--log',
      at('fw.log'),
      '--hide-top',
      '1',
      '--day',
      '2026-11-20',
      '--size',
      '240x200',
      '-o',
      at('z.svg'),
    )
    assert.match(await readFile(at('z.svg'), 'utf8'), /without ports \d+</)
  })

  test('is not spoilt by lines of a wrong clock, and says how many were left out', async () => {
    const kernel = (time: string) =>
      `${time} gw kernel: DROP IN=eth0 OUT= SRC=198.51.100.7 DST=192.0.2.1 LEN=40 PROTO=TCP SPT=4000 DPT=22 SYN URGP=0`
    const good = Array.from({ length: 50 }, (_, at) => kernel(`2026-11-20T10:${String(at + 10)}:00Z`))
    const wrong = ['1970-01-02T00:00:00Z', '2106-02-01T00:00:00Z', '2019-01-01T00:00:00Z'].map(kernel)
    await writeFile(at('clock.log'), [wrong[0], ...good, wrong[1], wrong[2]].join('\n'))
    const { stderr } = await run('--log', at('clock.log'), '--size', '700x200', '-o', at('clock.svg'))
    assert.match(stderr, /^53 packets .*; 2 left out whose time cannot be: .*; 1 left out whose time is far /)
    assert.match(
      await readFile(at('clock.svg'), 'utf8'),
      />2026-11-20 10:10 to 2026-11-20 11:00: 50 packets, without 3 of a wrong time or too many</,
    )
  })

  test('reads a log from its standard input, also one without an end of line', async () => {
    const { code, stderr } = await sundew(
      ['plot', 'fireplot', '--utc', '--log', '-', '--size', '240x200', '-o', at('s.png')],
      {
        input: lines.slice(0, 3).join('\n'),
      },
    )
    assert.equal(code, 0)
    assert.match(stderr, /^3 packets /)
  })

  test('draws who scans over all others, and countries in colours of their own', async () => {
    await run('--log', at('fw.log'), '--scanners', '20', '--size', '600x200', '-o', at('c.svg'))
    const svg = await readFile(at('c.svg'), 'utf8')
    assert.match(svg, />scanners 24</)
    assert.match(svg, />ICMP 1</)
    await run('--log', at('fw.log'), '--scanners', '--size', '600x200', '-o', at('c.svg'))
    assert.doesNotMatch(await readFile(at('c.svg'), 'utf8'), />scanners/)
    await writeFile(
      at('geo.log'),
      [probe('Nov 20 01:00:00', '1.1.1.1', 22), probe('Nov 20 01:00:00', '10.0.0.1', 22)].join('\n'),
    )
    await run(
      '--data',
      folder,
      '--log',
      at('geo.log'),
      '--scheme',
      'country',
      '--size',
      '600x200',
      '-o',
      at('g.svg'),
    )
    const countries = await readFile(at('g.svg'), 'utf8')
    assert.match(countries, />[A-Z]{2} 1</)
    assert.match(countries, />other countries 1</)
    assert.equal((await run('--log', at('geo.log'), '--scheme', 'listed', '-o', at('g.svg'))).code, 2)
  })

  test('says what is wrong: no packet at all, another kind of picture, a day that is none', async () => {
    await writeFile(at('empty.log'), 'nothing here\n')
    const empty = await run('--log', at('empty.log'), '-o', at('e.png'))
    assert.equal(empty.code, 1)
    assert.match(empty.stderr, /SUNDEW_NOTHING_TO_DRAW/)
    assert.equal((await run('--log', at('fw.log'), '-o', at('x.gif'))).code, 2)
    assert.equal((await run('--log', at('fw.log'), '--day', 'someday', '-o', at('x.png'))).code, 2)
  })
})

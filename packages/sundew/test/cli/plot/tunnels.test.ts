import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startKept, type Kept } from '../kept.ts'
import { sundew, type Ended } from '../sundew.ts'

const hostile = '<script>alert(1)</script>\u001b[2J"'

let kept: Kept
const run = (...args: string[]): Promise<Ended> => sundew(['plot', 'tunnels', ...args, '--data', kept.data])
const out = (name: string) => join(kept.data, name)

async function keep(source: string, port: number, target: string, times: number, kind = 'tunnel.open') {
  await kept.writer.command({
    query: `INSERT INTO events (id, time, kind, source_ip, target_port, target_host, user_name, password, fields)
      SELECT generateUUIDv7(), now64(9) - toIntervalHour(1), {kind:String}, toIPv6({source:String}), {port:UInt32}, unhex({target:String}), 'root', '123456', '{}'
      FROM numbers({times:UInt32})`,
    query_params: { kind, source, port, target: Buffer.from(target).toString('hex'), times },
  })
}

before(async () => {
  kept = await startKept()
  await keep('192.0.2.1', 25, 'mx.example.net', 5)
  await keep('192.0.2.1', 80, hostile, 1)
  await keep('2001:db8::7', 25, 'mx.example.net', 2)
  await keep('192.0.2.9', 0, '', 3, 'login.attempt')
})

after(() => kept[Symbol.asyncDispose]())

describe('sundew plot tunnels', () => {
  test('draws who wanted to be connected where, and says how much of it is named', async () => {
    const { code, stderr } = await run('-o', out('x.svg'))
    assert.equal(code, 0)
    assert.match(stderr, /^8 times from .* in 100 % of them all three are named here$/m)
    const svg = await readFile(out('x.svg'), 'utf8')
    for (const label of ['192.0.2.1', '2001:db8::7', '25', '80', 'mx.example.net'])
      assert.ok(svg.includes(`>${label}<`), label)
    assert.match(svg, /&lt;script&gt;alert\(1\)&lt;\/script&gt;\\x1b\[2J/)
    assert.doesNotMatch(svg, /<script|\u001b/)
  })

  test('as PNG has pixels, and as HTML map, treemap and tables that run nothing', async () => {
    await run('-o', out('x.png'))
    assert.equal((await readFile(out('x.png'))).toString('latin1', 1, 4), 'PNG')
    await run('-o', out('x.html'))
    const html = await readFile(out('x.html'), 'utf8')
    assert.equal(html.match(/<svg /g)?.length, 2)
    assert.match(html, /<td><span class="name">mx\.example\.net<\/span><\/td><td>7<\/td>/)
    assert.match(html, /default-src 'none'/)
    assert.doesNotMatch(html, /<script/)
  })

  test('by forces, and in the dark', async () => {
    assert.equal((await run('--layout', 'force', '--theme', 'dark', '-o', out('f.svg'))).code, 0)
    const svg = await readFile(out('f.svg'), 'utf8')
    assert.match(svg, /<rect x="0" y="0" [^>]*fill="#14171a"/)
    assert.doesNotMatch(svg, /<path d="M[^"]*C/)
    assert.equal((await run('--layout', 'force', '--nodes', '6000', '-o', out('f.svg'))).code, 2)
  })

  test('with too many nodes groups them by what is known of addresses, and groups open', async () => {
    assert.equal((await run('--nodes', '3', '-o', out('g.html'))).code, 0)
    const html = await readFile(out('g.html'), 'utf8')
    assert.match(
      html,
      /<span class="name">192\.0\.2\.0\/24<\/span><\/summary>|<span class="name">192\.0\.2\.0\/24<\/span><\/td>/,
    )
    assert.match(html, /2001:db8::\/48/)
    assert.match(html, /prefers-color-scheme:dark/)
  })

  test('as CSV has AfterGlow’s three columns, a line for each time', async () => {
    await run('-o', out('x.csv'))
    const lines = (await readFile(out('x.csv'), 'utf8')).split('\n')
    assert.equal(lines.filter((line) => line === '192.0.2.1,25,mx.example.net').length, 5)
    assert.equal(lines.filter((line) => line !== '').length, 8)
  })

  test('as DOT is read by Graphviz’s rules: every quote of a name is escaped', async () => {
    await run('-o', out('x.dot'))
    const dot = await readFile(out('x.dot'), 'utf8')
    assert.match(dot, /^ {2}n0 \[label="192\.0\.2\.1", shape=ellipse, fillcolor="#e03c31", tooltip="6"\];$/m)
    assert.match(dot, /label="<script>alert\(1\)<\/script>\\\\x1b\[2J\\""/)
  })

  test('draws any three fields of another kind', async () => {
    await run('--kind', 'login.attempt', '--fields', 'source,user,password', '-o', out('l.csv'))
    assert.equal(await readFile(out('l.csv'), 'utf8'), '192.0.2.9,root,123456\n'.repeat(3))
  })

  test('says what is wrong with fields, kinds and files', async () => {
    assert.equal((await run('-o', out('x.gif'))).code, 2)
    assert.equal((await run('--fields', 'source,user', '-o', out('x.svg'))).code, 2)
    assert.equal((await run('--kind', 'nothing', '-o', out('x.svg'))).code, 2)
  })
})

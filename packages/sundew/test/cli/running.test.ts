import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { layout } from '../../src/core/layout.ts'
import { dataFolder, startHub, statusOf, sundew } from './sundew.ts'

describe('a command that needs the hub', () => {
  test('says where it looked and how to start it, and ends with 69', async () => {
    await using folder = await dataFolder()
    const { code, stdout, stderr } = await sundew(['status', '--data', folder.data])
    assert.deepEqual([code, stdout], [69, ''])
    assert.match(stderr, /^SUNDEW_NOT_RUNNING: /)
    assert.ok(
      stderr.includes(join(folder.data, 'run', 'hub.json')) &&
        stderr.includes(`sundew up --data ${folder.data}`),
    )
  })

  test('knows a hub that was killed by its process id, and one that gives no answer', async () => {
    await using folder = await dataFolder()
    const dead = spawn('true')
    await once(dead, 'exit')
    const paths = layout(folder.data)
    await mkdir(paths.run)
    await mkdir(paths.hub)
    await writeFile(join(paths.hub, 'cli-token'), 'sundew_x')
    await writeFile(paths.hubFile, JSON.stringify({ url: 'http://127.0.0.1:1', pid: dead.pid }))
    const gone = await sundew(['status', '--data', folder.data])
    assert.equal(gone.code, 69)
    assert.match(gone.stderr, /SUNDEW_NOT_RUNNING: .* names process \d+, which is gone/)
    await writeFile(paths.hubFile, JSON.stringify({ url: 'http://127.0.0.1:1', pid: process.pid }))
    const mute = await sundew(['status', '--data', folder.data])
    assert.equal(mute.code, 69)
    assert.match(mute.stderr, /SUNDEW_NOT_RUNNING: .*http:\/\/127\.0\.0\.1:1 did not answer \(ECONNREFUSED\)/)
  })

  test('takes a damaged hub.json for a hub that does not run', async () => {
    await using folder = await dataFolder()
    await mkdir(layout(folder.data).run)
    for (const text of ['', '{', '{"url":"file:///etc/passwd","pid":1}', '{"url":"http://127.0.0.1:1"}']) {
      await writeFile(layout(folder.data).hubFile, text)
      const { code, stderr } = await sundew(['token', 'list', '--data', folder.data])
      assert.equal(code, 69)
      assert.match(stderr, /SUNDEW_NOT_RUNNING: .*hub\.json/)
    }
  })

  test('finds it by SUNDEW_DATA as well', async () => {
    await using folder = await dataFolder()
    await using hub = await startHub(folder.data)
    const { code, stdout } = await sundew(['status', '--json'], { env: { SUNDEW_DATA: hub.data } })
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(stdout), statusOf(hub.data))
  })

  test('is told that another Sundew has the port, where its token is refused', async () => {
    await using folder = await dataFolder()
    await using hub = await startHub(folder.data)
    await writeFile(join(layout(hub.data).hub, 'cli-token'), 'sundew_of_another')
    const { code, stderr } = await sundew(['status', '--data', hub.data])
    assert.equal(code, 69)
    assert.match(stderr, /SUNDEW_TOKEN_REFUSED: /)
  })

  test('trusts the one certificate that the hub names, and no other', async () => {
    await using folder = await dataFolder()
    const [mine, other] = ['mine', 'other'].map((name) => {
      const certFile = join(folder.data, `${name}.crt`)
      const keyFile = join(folder.data, `${name}.key`)
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:P-256',
          '-nodes',
          '-days',
          '2',
          '-subj',
          '/CN=some.name',
          '-keyout',
          keyFile,
          '-out',
          certFile,
        ],
        { stdio: 'ignore' },
      )
      return { certFile, keyFile }
    }) as [{ certFile: string; keyFile: string }, { certFile: string; keyFile: string }]
    await using hub = await startHub(folder.data, { tls: mine })
    assert.match(hub.api.url, /^https:/)
    assert.equal((await sundew(['status', '--data', folder.data])).code, 0)
    await writeFile(
      layout(folder.data).hubFile,
      JSON.stringify({ url: hub.api.url, pid: process.pid, certificate: other.certFile }),
    )
    const refused = await sundew(['status', '--data', folder.data])
    assert.equal(refused.code, 69)
    assert.match(refused.stderr, /SUNDEW_NOT_RUNNING: /)
  })
})

describe('sundew status', () => {
  test('tells parts, listeners, journal, disk and alerts, and lets none of it act on the terminal', async () => {
    await using folder = await dataFolder()
    const status = statusOf(folder.data, {
      listeners: [{ service: 'smtp', address: '::', port: 2525, as: 25, tls: false }],
      journal: { waitingBytes: 5_000_000, lagSeconds: 90 },
      disk: {
        usedBytes: 2e10,
        quotaBytes: 2e10,
        freeBytes: 1e9,
        full: true,
        sourcesOverShare: [{ source: '192.0.2.1', bytes: 1e9 }],
      },
      alerts: [{ time: '2026-11-25T01:08:48Z', code: 'SUNDEW_DISK_FULL', message: 'full \x1b]0;x\x07' }],
    })
    await using hub = await startHub(folder.data, { status: () => Promise.resolve(status) })
    const { code, stdout } = await sundew(['status', '--data', hub.data])
    assert.equal(code, 0)
    assert.match(stdout, /journal\s+5\.0 MB wait for the store, the oldest for 1 min 30 s/)
    assert.match(stdout, /smtp\s+::\s+2525\s+25/)
    assert.match(stdout, /192\.0\.2\.1\s+1\.0 GB/)
    assert.match(stdout, /SUNDEW_DISK_FULL: full \\x1b\]0;x\\x07/)
    assert.match(stdout, /300,000 mail\.received/)
    assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f]/)
  })
})

describe('sundew token', () => {
  test('makes one that opens the API, lists it without its secret, and ends it', async () => {
    await using folder = await dataFolder()
    await using hub = await startHub(folder.data)
    const at = ['--data', folder.data]
    const made = await sundew(['token', 'add', 'grafana', ...at])
    assert.equal(made.code, 0)
    assert.match(made.stdout, /^sundew_\S+\n$/)
    const ask = () =>
      fetch(new URL('/api/session', hub.api.url), {
        headers: { authorization: `Bearer ${made.stdout.trim()}` },
      })
    assert.equal((await ask()).status, 200)
    const listed = await sundew(['token', 'list', ...at])
    assert.match(listed.stdout, /grafana/)
    assert.ok(!listed.stdout.includes(made.stdout.trim()))
    assert.equal((await sundew(['token', 'add', 'grafana', ...at])).code, 1)
    assert.equal((await sundew(['token', 'remove', 'grafana', ...at])).code, 0)
    assert.equal((await ask()).status, 401)
    const again = await sundew(['token', 'remove', 'grafana', ...at])
    assert.equal(again.code, 1)
    assert.match(again.stderr, /^SUNDEW_API_NOT_FOUND: /)
  })

  test('refuses a name that is none, as a mistake on the command line', async () => {
    await using folder = await dataFolder()
    await using hub = await startHub(folder.data)
    const { code, stderr } = await sundew(['token', 'add', '../x', '--data', hub.data])
    assert.equal(code, 2)
    assert.match(stderr, /^SUNDEW_API_REQUEST: /)
  })
})

describe('the command line', () => {
  test('is refused with 2 where it is wrong, and says what is near', async () => {
    for (const [args, says] of [
      [['statsu'], /unknown command 'statsu'[\s\S]*Did you mean status/],
      [['tail', '--knid', 'x'], /unknown option '--knid'[\s\S]*--kind/],
      [['report', 'spammers', '--days', '0'], /whole number from 1/],
      [['mail', 'list', '--since', 'soon'], /an age/],
      [['query'], /missing required argument/],
      [['query', ' '], /SUNDEW_USAGE: the query is empty/],
      [['files', 'show', 'xyz'], /SUNDEW_USAGE: xyz is no SHA-256/],
      [['mail', 'export'], /--to/],
    ] as const) {
      const { code, stdout, stderr } = await sundew(args)
      assert.deepEqual([code, stdout], [2, ''], args.join(' '))
      assert.match(stderr, says)
    }
  })

  test('shows help and version with 0', async () => {
    const help = await sundew(['--help'])
    assert.equal(help.code, 0)
    assert.match(help.stdout, /Examples:/)
    assert.match((await sundew(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/)
  })
})

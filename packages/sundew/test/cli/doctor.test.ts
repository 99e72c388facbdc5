import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createSocket } from 'node:dgram'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Finding } from '../../src/cli/doctor/check.ts'
import { NativeReceiver } from '../../src/collectors/flow/native-receiver.ts'
import { layout } from '../../src/core/layout.ts'
import { decoys } from '../../src/decoys/index.ts'
import { listOf } from '../../src/hub/intel/list-section.ts'
import { dataFolder, startHub, statusOf, sundew } from './sundew.ts'

/** A configuration whose own ports are free, and without decoys, so that other programs on the machine don't matter. */
const quiet = [
  'console: {port: 0}',
  'store: {port: 0}',
  'collectors: {flow: {ports: []}, syslog: {ports: []}}',
  'keep: {quota_gb: 0.001, reserve_mb: 8}',
  `decoys: {${decoys.map(({ name }) => `${name}: {enabled: false}`).join(', ')}}`,
  '',
].join('\n')

async function examine(data: string, yaml = quiet): Promise<{ code: number | null; findings: Finding[] }> {
  const file = join(data, 'doctor.yaml')
  await writeFile(file, yaml)
  const { code, stdout, stderr } = await sundew(['doctor', '--json', '--data', data, '--config', file])
  assert.equal(stderr, '')
  return { code, findings: JSON.parse(stdout) as Finding[] }
}

function about(findings: readonly Finding[], what: string): Finding[] {
  return findings.filter((finding) => finding.what === what)
}

describe('sundew doctor', () => {
  test('looks at the machine, and says what to do wherever it is not well', async () => {
    await using folder = await dataFolder()
    const { findings } = await examine(folder.data)
    for (const what of [
      'settings',
      'node',
      'engine',
      'libc',
      'open files',
      'clock',
      'data',
      'disk',
      'run files',
    ]) {
      assert.ok(about(findings, what).length > 0, `nothing about ${what}`)
    }
    for (const finding of findings)
      assert.equal(finding.todo !== undefined, finding.verdict !== 'ok', finding.what)
    assert.equal(about(findings, 'node')[0]?.verdict, 'ok')
    assert.equal(about(findings, 'engine')[0]?.verdict, 'ok')
  })

  test('says which logs could be followed, and which are not there or not readable', async () => {
    await using folder = await dataFolder()
    const paths = ['there.log', 'gone.log'].map((name) => join(folder.data, name))
    await writeFile(paths[0]!, '')
    const tail = [...paths, join(folder.data, '*.txt')].map((path) => ({ path }))
    const dnstap = { socket: join(folder.data, 'missing', 'dnstap.sock') }
    const collectors = `flow: {ports: []}, tail: ${JSON.stringify(tail)}, dnstap: ${JSON.stringify(dnstap)}`
    const { findings } = await examine(folder.data, quiet.replace('flow: {ports: []}', collectors))
    const told = (what: string) => about(findings, what).map(({ verdict, found }) => [verdict, found])
    assert.deepEqual(told(`log ${paths[0]}`), [['ok', 'readable']])
    assert.deepEqual(told(`log ${paths[1]}`), [['warn', 'no such file yet']])
    assert.deepEqual(told(`log ${join(folder.data, '*.txt')}`), [['warn', 'no such file yet']])
    assert.equal(told('dnstap')[0]?.[0], 'FAIL')
  })

  test('says which lists are in force, of which copy, and what of them could not be read', async () => {
    await using folder = await dataFolder()
    const files = ['good', 'bad', 'gone', 'new'].map((name) => ({
      name,
      path: join(folder.data, name),
      format: 'auto' as const,
    }))
    const { intel } = layout(folder.data)
    await mkdir(intel, { recursive: true })
    const remembered = [
      { entries: 1234, bad: 0, troubled: false },
      { entries: 7, bad: 2, troubled: false },
      { entries: 5, bad: 0, troubled: true },
    ]
    const lists = remembered.map((of, index) => ({ key: listOf(files[index]!).key, seen: '', ...of }))
    await writeFile(join(intel, 'state.json'), JSON.stringify({ version: 3, entries: 1246, lists }))
    const yaml = `${quiet}intel: ${JSON.stringify({ files })}\n`
    const before = await examine(folder.data, yaml)
    const told = (what: string) => about(before.findings, what).map(({ verdict, found }) => [verdict, found])
    assert.deepEqual(told('list good'), [['ok', '1,234 entries']])
    assert.deepEqual(told('list bad'), [['warn', '7 entries, 2 more could not be read']])
    assert.deepEqual(told('list gone'), [['warn', '5 entries, of its last good copy']])
    assert.deepEqual(told('list new'), [['warn', 'nothing of it is in force']])
    assert.deepEqual(told('lists'), [['warn', 'version 3, 1,246 entries: its file is gone']])
    await writeFile(join(intel, 'set-3.bin'), '')
    const [set] = about((await examine(folder.data, yaml)).findings, 'lists')
    assert.match(`${set?.verdict} ${set?.found}`, /^ok version 3, 1,246 entries, made \d{4}-.* UTC$/)
  })

  test('ends with 1 where a port is taken by another program, and names the key to change', async () => {
    await using folder = await dataFolder()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    try {
      const { code, findings } = await examine(
        folder.data,
        quiet.replace('console: {port: 0}', `console: {port: ${port}}`),
      )
      assert.equal(code, 1)
      const [finding] = about(findings, `console ${port}`)
      assert.equal(finding?.verdict, 'FAIL')
      assert.match(finding?.todo ?? '', /console\.port/)
    } finally {
      other.close()
    }
  })

  test('warns of a data directory that others may read', async () => {
    await using folder = await dataFolder()
    await chmod(folder.data, 0o755)
    const [loose] = about((await examine(folder.data)).findings, 'data')
    assert.deepEqual([loose?.verdict, loose?.todo], ['warn', `chmod 700 ${folder.data}`])
    await chmod(folder.data, 0o700)
    assert.equal(about((await examine(folder.data)).findings, 'data')[0]?.verdict, 'ok')
  })

  test('fails where the disk has less room than the reserve', async () => {
    await using folder = await dataFolder()
    const { code, findings } = await examine(
      folder.data,
      quiet.replace('reserve_mb: 8', 'reserve_mb: 999999999'),
    )
    assert.equal(code, 1)
    assert.equal(about(findings, 'disk')[0]?.verdict, 'FAIL')
  })

  test('knows what a killed Sundew left, and one that hangs', async () => {
    await using folder = await dataFolder()
    const paths = layout(folder.data)
    const dead = spawn('true')
    await once(dead, 'exit')
    await mkdir(paths.run)
    await writeFile(paths.pidFile, `${dead.pid}\n`)
    const [stale] = about((await examine(folder.data)).findings, 'run files')
    assert.equal(stale?.verdict, 'warn')
    assert.ok(stale?.found.includes(paths.pidFile))
    await writeFile(paths.pidFile, `${process.pid}\n`)
    const hanging = await examine(folder.data)
    assert.equal(hanging.code, 1)
    assert.equal(about(hanging.findings, 'run files')[0]?.verdict, 'FAIL')
  })

  test('tells mistakes in the settings and goes on', async () => {
    await using folder = await dataFolder()
    const { code, findings } = await examine(folder.data, 'kep: {}\n')
    assert.equal(code, 1)
    assert.match(
      about(findings, 'settings')[0]?.found ?? '',
      /doctor\.yaml:1:\d+ kep: unknown key; did you mean keep/,
    )
    assert.ok(about(findings, 'clock').length > 0)
  })

  test('tells how flows are received, and what was lost on the way', async () => {
    await using folder = await dataFolder()
    const { data } = folder
    const [here] = about((await examine(data)).findings, 'flow receiver')
    assert.match(here?.found ?? '', NativeReceiver.available ? /recvmmsg/ : /dgram/)
    const other = createSocket('udp4').bind(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address()
    const taken = await examine(
      data,
      quiet.replace('{ports: []}', `{addresses: ['127.0.0.1'], ports: [{port: ${port}}]}`),
    )
    other.close()
    assert.equal(taken.code, 1)
    assert.match(about(taken.findings, `flow udp ${port}`)[0]?.todo ?? '', /collectors\.flow\.ports/)

    const socket = {
      address: '::',
      port: 2055,
      wantedBytes: 33_554_432,
      bufferBytes: 212_992,
      kernelDrops: 7,
    }
    const flows = {
      receiver: 'dgram',
      sockets: [socket],
      packets: 100,
      flows: 3_000,
      lost: 2,
      dropped: 60,
      refused: 1,
      exporters: 1,
      templates: 0,
      set: { version: 0, entries: 0 },
      matches: 0,
      waiting: { files: 0, bytes: 0 },
    } as const
    await using hub = await startHub(data, { status: () => Promise.resolve(statusOf(data, { flows })) })
    const { findings } = await examine(data)
    assert.ok(hub.api.url)
    assert.match(about(findings, 'flow receiver')[0]?.todo ?? '', /npm run prepare/)
    assert.match(about(findings, 'flow buffer')[0]?.todo ?? '', /sysctl -w net\.core\.rmem_max=33554432/)
    assert.match(about(findings, 'flow packets')[0]?.found ?? '', /dropped 7 /)
    assert.match(about(findings, 'flows kept')[0]?.found ?? '', /^60 /)
    const { stdout } = await sundew(['status', '--data', data])
    assert.match(stdout, /3,000 in 100 packets of 1 exporters.*7 packets dropped by the kernel/)
  })

  test('asks the running Sundew how it does', async () => {
    await using folder = await dataFolder()
    const { data } = folder
    const paths = layout(data)
    await using hub = await startHub(data, {
      status: () =>
        Promise.resolve(
          statusOf(data, {
            version: '99.0.0',
            parts: [
              {
                name: 'store',
                state: 'restarting',
                pid: undefined,
                restarts: 3,
                since: '2026-11-25T01:08:48Z',
              },
            ],
            store: { starting: false, reachable: false, version: '', url: 'http://127.0.0.1:8124' },
            journal: { waitingBytes: 1, lagSeconds: 3600 },
            alerts: [{ time: '2026-11-25T01:08:48Z', code: 'SUNDEW_X', message: 'look \x1b[2J' }],
          }),
        ),
    })
    await writeFile(paths.pidFile, `${process.pid}\n`)
    const { code, findings } = await examine(hub.data)
    assert.equal(code, 1)
    assert.deepEqual(
      ['version', 'part store', 'store', 'journal', 'alert', 'run files'].map(
        (what) => about(findings, what)[0]?.verdict,
      ),
      ['warn', 'FAIL', 'FAIL', 'warn', 'warn', 'ok'],
    )
    const text = await sundew(['doctor', '--data', data])
    assert.doesNotMatch(text.stdout, /[\x00-\x09\x0b-\x1f\x7f]/)
    assert.match(text.stdout, /FAIL {2}store/)
  })
})

import assert from 'node:assert/strict'
import { appendFile, copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FirewallBatches } from '../../../src/collectors/syslog/firewall-batches.ts'
import type { FirewallSink } from '../../../src/collectors/syslog/firewall-sink.ts'
import { SpoolRoom } from '../../../src/collectors/syslog/spool-room.ts'
import { BatchSpoolWriter, listBatchFiles } from '../../../src/core/batch-spool.ts'
import { Dispatch } from '../../../src/collectors/syslog/dispatch.ts'
import { Noise } from '../../../src/collectors/syslog/noise.ts'
import { firewallParsers } from '../../../src/collectors/syslog/parsers/index.ts'
import { Unparsed, type UnparsedFields } from '../../../src/collectors/syslog/unparsed.ts'
import { FirewallFiles } from '../../../src/collectors/watch/firewall-files.ts'
import { LogWatch } from '../../../src/collectors/watch/log-watch.ts'
import { mikrotikLine, netfilterLine, NotedRows } from '../syslog/noted.ts'

const exported = join(import.meta.dirname, '../../../../../testdata/firewall/journal.export')
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sundew-firewall-files-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

/** A watch of one file, whose rows go into this sink. */
async function watchingInto(at: string, format: string, sink: FirewallSink, room = () => sink.room) {
  const unparsed: UnparsedFields[] = []
  const untold = new Unparsed((fields) => void unparsed.push(fields))
  const dispatch = new Dispatch({
    parsers: firewallParsers,
    own: [],
    sink,
    noise: new Noise({ inside: false, answers: true, networks: [] }),
    unparsed: untold,
    zone: 'UTC',
  })
  const path = join(at, 'firewall.log')
  const watch = new LogWatch(
    {
      tail: [{ path, format, from: 'beginning' }],
      networks: [],
      windowMs: 1_000,
      positionsFile: join(at, 'logs.json'),
    },
    {
      log: quiet,
      emit: () => Promise.resolve(),
      firewalls: new FirewallFiles({
        dispatch,
        room,
        settled: () => sink.settled(),
        parsers: firewallParsers,
      }),
      alert: () => {},
    },
  )
  await watch.start()
  watch.use(undefined, undefined)
  return { path, watch, unparsed, untold }
}

/** The same, where the sink notes what it gets. */
async function watching(at: string, format: string, sink = new NotedRows()) {
  const parts = await watchingInto(at, format, sink)
  const rows = async (count: number) => {
    const deadline = Date.now() + 10_000
    while (sink.rows.length < count && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10))
    assert.equal(sink.rows.length, count)
    return sink.rows.map(({ destinationPort }) => destinationPort)
  }
  return { ...parts, sink, rows }
}

const lines = (from: number, to: number, header = '2019-11-25T10:00:00Z gw ') =>
  Array.from({ length: to - from }, (_, index) => `${header}${mikrotikLine(from + index)}\n`).join('')
const numbers = (to: number) => Array.from({ length: to }, (_, index) => index)

test('a firewall’s file is followed over its rotation and over a restart, each line once', async (t) => {
  const at = await folder(t)
  const first = await watching(at, 'mikrotik')
  await writeFile(first.path, lines(0, 100))
  await first.rows(100)
  await rename(first.path, `${first.path}.1`)
  await writeFile(first.path, lines(100, 150))
  assert.deepEqual(await first.rows(150), numbers(150))
  const [row] = first.sink.rows
  assert.deepEqual([row?.time, row?.device, row?.sender], [Date.UTC(2019, 10, 25, 10), 'gw', [0, 0, 0, 0]])
  const { logs } = first.watch.status
  assert.deepEqual(
    [logs[0]?.format, logs[0]?.lines, logs[0]?.told, logs[0]?.rotations],
    ['mikrotik', 150, 150, 1],
  )
  await first.watch.close()
  await appendFile(first.path, lines(150, 200))
  const second = await watching(at, 'mikrotik')
  assert.deepEqual(
    (await second.rows(50)).map((port) => port - 150),
    numbers(50),
  )
  await second.watch.close()
})

test('while the sink has no room a file waits, and nothing of it is lost', async (t) => {
  const at = await folder(t)
  const sink = new NotedRows()
  const { promise, resolve } = Promise.withResolvers<void>()
  sink.room = promise
  const { path, rows, watch } = await watching(at, 'firewall', sink)
  await writeFile(path, lines(0, 60_000))
  await new Promise((settle) => setTimeout(settle, 100))
  assert.equal(sink.rows.length, 0)
  sink.room = undefined
  resolve()
  assert.deepEqual(await rows(60_000), numbers(60_000))
  await watch.close()
})

test('while as much waits for the store as may, a file waits: no line of it is left out', async (t) => {
  const at = await folder(t)
  const spooled = join(at, 'firewall')
  const count = 400_000
  // Less than the file has, more than is on its way when a batch too much waits.
  const spool = await BatchSpoolWriter.open(spooled, 26_000_000)
  const spoolRoom = new SpoolRoom(spool, 1_000_000)
  const batches = new FirewallBatches({ spool })
  const file = join(at, 'firewall.log')
  await writeFile(file, lines(0, 50_000).repeat(count / 50_000))
  const { watch } = await watchingInto(at, 'firewall', batches, () => batches.room ?? spoolRoom.room)
  const ticking = setInterval(() => batches.tick(Date.now()), 50)
  let taken = 0
  const take = async () => {
    for (const { path, rows } of await listBatchFiles(spooled)) {
      await rm(path)
      taken += rows
    }
  }
  const deadline = Date.now() + 30_000
  try {
    // The store is away, and nobody measures anything: the file is not read on.
    while (!spoolRoom.room && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10))
    // Longer than the rest of the file would take.
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    await batches.settled()
    assert.ok(batches.counts.rows < count)
    // It comes back.
    while (taken + batches.counts.dropped < count && Date.now() < deadline) {
      await take()
      await spool.measure()
      spoolRoom.look()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    assert.deepEqual([taken, batches.counts.dropped], [count, 0])
  } finally {
    clearInterval(ticking)
    await watch.close()
  }
})

test('how far a file was read is not written down before its rows are kept', async (t) => {
  const at = await folder(t)
  const sink = new NotedRows()
  sink.settled = () => new Promise(() => {})
  const killed = await watching(at, 'firewall', sink)
  await writeFile(killed.path, lines(0, 10))
  await killed.rows(10)
  // Longer than positions wait to be written.
  await new Promise((settle) => setTimeout(settle, 2_500))
  const again = await watching(at, 'firewall')
  assert.deepEqual(await again.rows(10), numbers(10))
  await again.watch.close()
  sink.settled = () => Promise.resolve()
  await killed.watch.close()
})

test('what a file is, its first lines tell', async (t) => {
  const firewall = await folder(t)
  const one = await watching(firewall, 'auto')
  await writeFile(one.path, `a line of something else\n${lines(0, 3, 'Nov 25 10:00:00 gw ')}`)
  await one.rows(3)
  assert.equal(one.watch.status.logs[0]?.format, 'mikrotik')
  await one.watch.close()

  const names = await folder(t)
  const other = await watching(names, 'auto')
  await writeFile(
    other.path,
    `Nov 25 10:00:00 dnsmasq[812]: query[A] example.com from 192.0.2.7\n${lines(0, 3, 'Nov 25 10:00:00 gw ')}`,
  )
  const deadline = Date.now() + 10_000
  while (other.watch.status.logs[0]?.lines !== 4 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 10))
  assert.deepEqual([other.watch.status.logs[0]?.format, other.sink.rows.length], ['dnsmasq', 0])
  await other.watch.close()
})

test('a journal’s export is read, and lines that nobody knows are told of by the file’s name', async (t) => {
  const at = await folder(t)
  const { path, rows, sink, watch, unparsed, untold } = await watching(at, 'firewall')
  const entry = (message: string) =>
    `__CURSOR=s\n__REALTIME_TIMESTAMP=1764064805250123\n_HOSTNAME=box\nSYSLOG_IDENTIFIER=kernel\nMESSAGE=${message}\n\n`
  await writeFile(path, entry(netfilterLine(22)) + entry('usb 1-1: new device') + entry(netfilterLine(23)))
  assert.deepEqual(await rows(2), [22, 23])
  assert.equal(sink.rows[0]?.time, 1_764_064_805_250)
  await writeFile(path, 'what \x1b is this\n')
  const deadline = Date.now() + 10_000
  while (unparsed.length === 0 && Date.now() < deadline) {
    untold.tick(Date.now(), true)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.ok(unparsed.some(({ sender, sample }) => sender === path && sample.length > 0))
  await watch.close()
})

test('what journalctl writes is read, and no packet that another program tells of', async (t) => {
  const at = await folder(t)
  const { path, rows, sink, watch } = await watching(at, 'firewall')
  await copyFile(exported, path)
  assert.deepEqual(await rows(2), [22, 24])
  assert.deepEqual(
    sink.rows.map(({ device, format, time }) => [device, format, time]),
    [1, 3].map((second) => ['gw', 'netfilter', Date.UTC(2026, 10, 25, 22, 0, second)]),
  )
  const deadline = Date.now() + 10_000
  while (watch.status.logs[0]?.lines !== 5 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 10))
  assert.deepEqual([watch.status.logs[0]?.lines, sink.rows.length], [5, 2])
  await watch.close()
})

import assert from 'node:assert/strict'
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lineParsers } from '../../../src/collectors/tail/index.ts'
import type { LineParser } from '../../../src/collectors/tail/parser.ts'
import { Positions } from '../../../src/collectors/tail/positions.ts'
import { Tailer, type TailSection } from '../../../src/collectors/tail/tailer.ts'
import { deaf } from '../../../src/collectors/tail/deaf.ts'
import { log as sample } from './heard.ts'

/** Every line is a name. */
const words: LineParser = {
  format: 'words',
  summary: 'words',
  service: '',
  accepts: () => true,
  begin: () => ({
    parse(line, from, to, into) {
      into.name(line, from, to)
      return 'told'
    },
  }),
}
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** What is to be closed before a test's folder goes. */
const open = new Set<() => Promise<void>>()

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sundew-tail-'))
  t.after(async () => {
    for (const close of open) await close()
    open.clear()
    await rm(path, { recursive: true, force: true })
  })
  return path
}

/** A tailer of these sections, what it has read, and how to stop it as if the machine had, or in order. */
async function follow(
  state: string,
  sections: readonly Partial<TailSection>[],
  parsers: readonly LineParser[] = [words],
) {
  const read: string[] = []
  const troubles: string[] = []
  const positions = new Positions(join(state, 'positions.json'), quiet)
  await positions.restore()
  const tailer = new Tailer({
    sections: sections.map((section) => ({ path: '', format: 'auto', from: 'end', ...section })),
    parsers,
    positions,
    log: quiet,
    hearer: () => ({
      sight: {
        ...deaf,
        clear: () => {},
        name: (line, from, to) => read.push(Buffer.from(line.subarray(from, to)).toString('latin1')),
      },
      line: () => {},
    }),
    unreadable: (path, why) => troubles.push(`${path}: ${why}`),
  })
  await tailer.start()
  tailer.read()
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await tailer.close()
    await positions.write(positions.snapshot())
  }
  open.add(close)
  return {
    read,
    troubles,
    tailer,
    close,
    /** Settles when so many lines were read. */
    lines: async (count: number): Promise<string[]> => {
      const until = performance.now() + 8_000
      while (read.length < count && performance.now() < until)
        await new Promise((done) => setTimeout(done, 10))
      await new Promise((done) => setTimeout(done, 50))
      assert.equal(read.length, count, `${count} lines; there are ${read.length}: ${read.slice(-5).join()}`)
      return read
    },
  }
}

test('a log is followed from its end, line by line, a line in pieces too', async (t) => {
  const at = await folder(t)
  const path = join(at, 'a.log')
  await writeFile(path, 'old\n')
  const { lines } = await follow(at, [{ path }])
  await appendFile(path, 'one\ntw')
  assert.deepEqual(await lines(1), ['one'])
  await appendFile(path, 'o\r\n\nthree\n')
  assert.deepEqual(await lines(3), ['one', 'two', 'three'])
})

test('what is asked for from its beginning is read from its beginning, once', async (t) => {
  const at = await folder(t)
  const path = join(at, 'a.log')
  await writeFile(path, 'one\n')
  const first = await follow(at, [{ path, from: 'beginning' }])
  assert.deepEqual(await first.lines(1), ['one'])
  await first.close()
  const second = await follow(at, [{ path, from: 'beginning' }])
  await appendFile(path, 'two\n')
  assert.deepEqual(await second.lines(1), ['two'])
})

test('a line is heard of within a second of being written', async (t) => {
  const at = await folder(t)
  const path = join(at, 'a.log')
  await writeFile(path, '')
  const { lines } = await follow(at, [{ path }])
  const began = performance.now()
  await appendFile(path, 'one\n')
  await lines(1)
  assert.ok(performance.now() - began < 1_000)
})

test('a file that is not there yet is read from its beginning when it comes', async (t) => {
  const at = await folder(t)
  const path = join(at, 'later', 'a.log')
  const { lines, troubles } = await follow(at, [{ path }])
  await mkdir(join(at, 'later'))
  await writeFile(path, 'one\ntwo\n')
  assert.deepEqual(await lines(2), ['one', 'two'])
  assert.deepEqual(troubles, [])
})

test('a log that is renamed and made anew is read to the end of both', async (t) => {
  const at = await folder(t)
  const path = join(at, 'a.log')
  await writeFile(path, '')
  const { lines, tailer } = await follow(at, [{ path }])
  await appendFile(path, 'one\n')
  await lines(1)
  await rename(path, `${path}.1`)
  // The writer has not noticed yet.
  await appendFile(`${path}.1`, 'two\n')
  await writeFile(path, 'three\n')
  await lines(3)
  await appendFile(`${path}.1`, 'four\n')
  await appendFile(path, 'five\n')
  assert.deepEqual((await lines(5)).toSorted(), ['five', 'four', 'one', 'three', 'two'])
  assert.equal(tailer.status[0]!.rotations, 1)
})

test('a log that is copied and cut is read on from its new beginning', async (t) => {
  const at = await folder(t)
  const path = join(at, 'a.log')
  await writeFile(path, '')
  const { lines } = await follow(at, [{ path }])
  await appendFile(path, 'one\ntwo\n')
  await lines(2)
  await copyFile(path, `${path}.1`)
  await truncate(path)
  await appendFile(path, 'three\n')
  await lines(3)
  // Cut and longer than before when it is looked at again: it begins otherwise.
  await writeFile(path, 'four, a much longer line than before\nfive\n')
  assert.deepEqual((await lines(5)).slice(2), ['three', 'four, a much longer line than before', 'five'])
})

test('a symbolic link that is turned is followed to the other file', async (t) => {
  const at = await folder(t)
  const path = join(at, 'current.log')
  for (const name of ['a', 'b']) await writeFile(join(at, name), `${name}1\n`)
  await symlink('a', path)
  const { lines } = await follow(at, [{ path }])
  await appendFile(join(at, 'a'), 'a2\n')
  await lines(1)
  await symlink('b', `${path}.new`)
  await rename(`${path}.new`, path)
  await appendFile(join(at, 'b'), 'b2\n')
  assert.deepEqual(await lines(3), ['a2', 'b1', 'b2'])
})

test('a pattern follows what comes, in folders too; what it was rotated to is not read again', async (t) => {
  const at = await folder(t)
  await mkdir(join(at, 'worker-1'))
  await writeFile(join(at, 'worker-1', 'dns.log'), 'old\n')
  await writeFile(join(at, 'worker-1', 'dns.log.gz'), 'packed\n')
  const { lines, tailer } = await follow(at, [{ path: join(at, 'worker-*', '*.log*') }])
  await appendFile(join(at, 'worker-1', 'dns.log'), 'one\n')
  await lines(1)
  await mkdir(join(at, 'worker-2'))
  await writeFile(join(at, 'worker-2', 'conn.log'), 'two\n')
  await lines(2)
  await rename(join(at, 'worker-1', 'dns.log'), join(at, 'worker-1', 'dns.log.1'))
  await writeFile(join(at, 'worker-1', 'dns.log'), 'three\n')
  assert.deepEqual(await lines(3), ['one', 'two', 'three'])
  assert.deepEqual(
    tailer.status
      .map(({ path }) => path.slice(at.length + 1))
      .toSorted()
      .slice(0, 2),
    ['worker-1/dns.log', 'worker-2/conn.log'],
  )
})

test('a restart misses nothing and repeats nothing: written to, rotated and cut while nobody read', async (t) => {
  const at = await folder(t)
  const paths = ['a.log', 'b.log', 'c.log'].map((name) => join(at, name))
  for (const path of paths) await writeFile(path, `start of ${path}\n`)
  const sections = paths.map((path) => ({ path }))
  const first = await follow(at, sections)
  for (const path of paths) await appendFile(path, 'one\nhal')
  await first.lines(3)
  await first.close()
  for (const path of paths) await appendFile(path, 'f\n')
  const [a = '', b = '', c = ''] = paths
  await rename(b, `${b}.0`)
  await writeFile(b, 'anew in b\n')
  await truncate(c)
  await appendFile(c, 'anew in c\n')
  const second = await follow(at, sections)
  await appendFile(a, 'two\n')
  assert.deepEqual((await second.lines(5)).toSorted(), ['anew in b', 'anew in c', 'half', 'half', 'two'])
})

test('a file that came to a pattern while nobody read is read from its beginning, one of a new section from its end', async (t) => {
  const at = await folder(t)
  for (const name of ['a.log', 'a.txt']) await writeFile(join(at, name), 'old\n')
  const log = { path: join(at, '*.log') }
  await (await follow(at, [log])).close()
  await writeFile(join(at, 'b.log'), 'new\n')
  const { lines } = await follow(at, [log, { path: join(at, '*.txt') }])
  assert.deepEqual(await lines(1), ['new'])
})

test('positions that cannot be read are as none, and logs are followed from their ends', async (t) => {
  const at = await folder(t)
  const path = join(at, 'a.log')
  await writeFile(path, 'old\n')
  for (const text of [
    '',
    '{',
    '{"version":2,"files":[]}',
    '{"version":1,"sections":[],"files":[{"path":1}]}',
    '\0'.repeat(100),
  ]) {
    await writeFile(join(at, 'positions.json'), text)
    const { lines, close } = await follow(at, [{ path }])
    await appendFile(path, 'new\n')
    assert.deepEqual(await lines(1), ['new'])
    await close()
  }
})

test('lines that are too long are left out and counted, and the next one is read', async (t) => {
  const at = await folder(t)
  const path = join(at, 'a.log')
  await writeFile(path, '')
  const { lines, tailer } = await follow(at, [{ path }])
  await appendFile(path, `${'x'.repeat(70_000)}\none\n${'y'.repeat(1_000_000)}`)
  await lines(1)
  await appendFile(path, `${'z'.repeat(300_000)}\ntwo\n${'w'.repeat(65_000)}\n`)
  assert.deepEqual(
    (await lines(3)).map((line) => line.slice(0, 3)),
    ['one', 'two', 'www'],
  )
  assert.equal(tailer.status[0]!.tooLong, 2)
})

test('a line that its parser stumbles over costs that line', async (t) => {
  const at = await folder(t)
  const path = join(at, 'a.log')
  await writeFile(path, '')
  const stumbling: LineParser = {
    ...words,
    begin: () => ({
      parse(line, from, to, into) {
        if (to - from === 3) throw new Error('a fault of ours')
        return words.begin().parse(line, from, to, into)
      },
    }),
  }
  const { lines, tailer } = await follow(at, [{ path }], [stumbling])
  await appendFile(path, 'first\nbad\nsecond\n')
  assert.deepEqual(await lines(2), ['first', 'second'])
  const { malformed, samples } = tailer.status[0]!
  assert.deepEqual({ malformed, samples }, { malformed: 1, samples: ['bad'] })
})

test('what is no file is told once, and read when it is one', async (t) => {
  const at = await folder(t)
  const path = join(at, 'a.log')
  await mkdir(path)
  const { lines, troubles, tailer } = await follow(at, [{ path }])
  await new Promise((done) => setTimeout(done, 1_200))
  assert.deepEqual(troubles, [`${path}: it is no regular file`])
  await rm(path, { recursive: true })
  await writeFile(path, 'old\n')
  while (!tailer.status[0]!.open) await new Promise((done) => setTimeout(done, 20))
  await appendFile(path, 'one\n')
  assert.deepEqual(await lines(1), ['one'])
})

test('formats are told by the first lines, and what came before is counted', async (t) => {
  const at = await folder(t)
  const logs = {
    bind: 'bind918_query.log',
    unbound: 'unbound.log',
    dnsmasq: 'pihole.log',
    zeek: 'zeek_dns.log',
  }
  for (const name of Object.keys(logs)) await writeFile(join(at, `${name}.log`), 'nobody knows\n'.repeat(3))
  const { tailer, close } = await follow(at, [{ path: join(at, '*.log'), from: 'beginning' }], lineParsers)
  while (tailer.status.some(({ lines }) => lines < 3)) await new Promise((done) => setTimeout(done, 20))
  for (const [name, log] of Object.entries(logs)) await appendFile(join(at, `${name}.log`), sample(log))
  await new Promise((done) => setTimeout(done, 1_200))
  await close()
  for (const { path, format, told, malformed, unrecognised } of tailer.status) {
    assert.equal(path, join(at, `${format}.log`))
    assert.equal(unrecognised, 3)
    assert.equal(malformed, 0)
    assert.ok(told >= 3)
  }
})

test("followed from its end, a log of Zeek is read by its header's columns", async (t) => {
  const at = await folder(t)
  const path = join(at, 'dns.log')
  const text = sample('zeek_dns_other_order.log').toString()
  await writeFile(path, text)
  const { lines } = await follow(at, [{ path }], lineParsers)
  await appendFile(path, text.split('\n')[8]!.replaceAll('www.bad', 'ftp.bad') + '\n')
  assert.deepEqual(await lines(1), ['ftp.bad.example'])
})

test('a large file that was rotated while nobody read is read to its end, however long that takes', async (t) => {
  const at = await folder(t)
  const path = join(at, 'a.log')
  await writeFile(path, 'start\n')
  const first = await follow(at, [{ path }])
  await appendFile(path, 'one\n')
  await first.lines(1)
  await first.close()
  // More than is read in the seconds that a file with another name is usually looked at.
  const count = 50_000
  await appendFile(path, `${'x'.repeat(999)}\n`.repeat(count))
  await rename(path, `${path}.0`)
  await writeFile(path, 'anew\n')
  const second = await follow(at, [{ path }])
  assert.equal((await second.lines(count + 1)).includes('anew'), true)
})

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { PublishingRunner, type PublishingOptions } from '../../../src/hub/intel/publishing.ts'
import type { PublicationSection, Published } from '../../../src/hub/intel/publishing-contract.ts'
import type { Blocklist } from '../../../src/intel/publish/blocklist.ts'
import { bindRpz } from '../../../src/intel/publish/bind-rpz.ts'
import { listed } from '../../../src/intel/publish/index.ts'
import type { Check, Publisher } from '../../../src/intel/publish/publisher.ts'
import { bookOf } from '../../intel/allow/books.ts'
import { blocklistOf } from '../../intel/publish/sets.ts'
import { fakeBlocklist } from '../../intel/publish/fake-blocklist.ts'

interface TryConfig {
  readonly files?: readonly string[]
  readonly checks?: readonly Check[]
  readonly fault?: string
}

/** A target for tests: names, a line each, in the files that it is told. */
const target: Publisher<TryConfig> = {
  target: 'try',
  summary: 'Names.',
  config: z.custom<TryConfig>(),
  *render(list, { files = ['names'], fault }, host) {
    for (const file of files) {
      yield {
        name: file,
        pieces: (function* () {
          for (const { name } of list.names()) yield `${name}\n`
          if (fault !== undefined) throw new Error(fault)
        })(),
      }
    }
    host.leaveOut('too long')
  },
  check: (_, { checks = [] }) => checks,
  carries: ({ type }) => type === 'domain' || type === 'hostname',
}

/** A runner over a folder of its own, and what it told. */
async function runner(
  given: Partial<PublicationSection> & { readonly settings?: TryConfig } = {},
  options: Partial<PublishingOptions> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-publishing-'))
  const told: Published[] = []
  const troubles: string[] = []
  const path = join(folder, 'out', 'names.txt')
  const clock = { now: Date.UTC(2026, 10, 25) }
  const section: PublicationSection = {
    name: 'try',
    target: 'try',
    path,
    every_seconds: 0,
    after: [],
    guard: true,
    settings: {},
    ...given,
  }
  const open = (more: Partial<PublishingOptions> = {}) =>
    PublishingRunner.open({
      sections: [section],
      folder: join(folder, 'intel'),
      version: '0.0.0',
      log: { info: () => {}, warn: () => {}, error: () => {} },
      trouble: (code, message) => troubles.push(`${code}: ${message}`),
      told: (published) => told.push(published),
      targets: [target as unknown as Publisher<never>],
      now: () => clock.now,
      ...options,
      ...more,
    })
  return {
    folder,
    path,
    told,
    troubles,
    clock,
    open,
    publishing: await open(),
    read: () => readFile(path, 'utf8'),
    async [Symbol.asyncDispose]() {
      await this.publishing[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

let version = 0
const listOf = (...hosts: string[]): Blocklist => fakeBlocklist({ hosts, version: ++version })
const many = (count: number) => Array.from({ length: count }, (_, at) => `n${at}.example`)

test('a publication is written whole, told with what is new, and the former kept', async () => {
  await using its = await runner()
  const [first] = await its.publishing.publish(listOf('a.example', 'b.example'))
  assert.equal(first?.outcome, 'written')
  assert.deepEqual([first.entries, first.added, first.removed], [2, 2, 0])
  assert.deepEqual(first.leftOut, { 'too long': 1 })
  const [second] = await its.publishing.publish(listOf('b.example', 'c.example'))
  assert.deepEqual([second?.entries, second?.added, second?.removed], [2, 1, 1])
  assert.deepEqual(second?.examples, ['+c.example', '-a.example'])
  assert.equal(await its.read(), 'b.example\nc.example\n')
  assert.equal(await readFile(`${its.path}.previous`, 'utf8'), 'a.example\nb.example\n')
  assert.equal(((await stat(its.path)).mode & 0o777).toString(8), '644')
  assert.deepEqual(await readdir(join(its.folder, 'out')), ['names.txt', 'names.txt.previous'])
  assert.deepEqual(
    its.told.map(({ outcome }) => outcome),
    ['written', 'written'],
  )
})

test('what did not change is not written again', async () => {
  await using its = await runner()
  await its.publishing.publish(listOf('a.example'))
  const before = await stat(its.path)
  const [again] = await its.publishing.publish(listOf('a.example'))
  assert.equal(again?.outcome, 'unchanged')
  const after = await stat(its.path)
  assert.deepEqual([after.ino, after.mtimeMs], [before.ino, before.mtimeMs])
  assert.equal(its.told.length, 1)
})

test('a list that is published already is not looked at again', async () => {
  await using its = await runner()
  const list = listOf('a.example')
  await its.publishing.publish(list)
  assert.deepEqual(await its.publishing.publish(list), [])
})

test('after a start what is gone from the disk is written again, and what is there is known', async () => {
  await using its = await runner()
  const list = listOf('a.example')
  await its.publishing.publish(list)
  await using later = await its.open()
  assert.equal(later.publications[0]?.published, '2026-11-25T00:00:00.000Z')
  assert.equal((await later.publish(list))[0]?.outcome, 'unchanged')
  await rm(its.path)
  await using again = await its.open()
  const [published] = await again.publish(list)
  assert.deepEqual([published?.outcome, published?.entries], ['written', 1])
})

test('a file that its own tool does not take is not published, and told once', async () => {
  const settings: TryConfig = { checks: [{ command: 'grep', args: ['-q', 'good', 'names'] }] }
  await using its = await runner({ settings: {} })
  await its.publishing.publish(listOf('a.example'))
  Object.assign(settings, { checks: [{ command: 'false', args: [] }] })
  await using strict = await its.open({ sections: [{ ...section(its), settings }] })
  const [refused] = await strict.publish(listOf('b.example'))
  assert.deepEqual([refused?.outcome, refused?.checked, refused?.entries], ['refused', 'false', 1])
  assert.equal(await its.read(), 'a.example\n')
  await strict.publish(listOf('c.example'))
  assert.equal(its.troubles.length, 1)
  assert.match(its.troubles[0]!, /^SUNDEW_INTEL_PUBLISH: publication try .*false does not take it \(1\)/)
})

test('a tool that is not here, or may not do it here, checks nothing and holds nothing up', async () => {
  const checks = [
    { command: 'sundew-has-no-such-tool', args: [] },
    { command: 'sh', args: ['-c', 'echo no rights >&2; exit 3'], unable: /no rights/ },
  ]
  await using its = await runner({ settings: { checks } })
  const [published] = await its.publishing.publish(listOf('a.example'))
  assert.deepEqual([published?.outcome, published?.checked], ['written', ''])
})

test('a tool that says something and ends well has not taken the file, where it should be silent', async () => {
  const check = { command: 'sh', args: ['-c', 'echo skipping line 3 >&2'] }
  await using lenient = await runner({ settings: { checks: [check] } })
  assert.equal((await lenient.publishing.publish(listOf('a.example')))[0]?.outcome, 'written')
  await using strict = await runner({ settings: { checks: [{ ...check, silent: true }] } })
  const [refused] = await strict.publishing.publish(listOf('a.example'))
  assert.equal(refused?.outcome, 'refused')
  assert.match(refused.trouble, /skipping line 3/)
})

test('what would lose more than half is held back for a day, or until somebody asks for it by name', async () => {
  await using its = await runner()
  await its.publishing.publish(listOf(...many(200)))
  const [held] = await its.publishing.publish(listOf(...many(99)))
  assert.deepEqual([held?.outcome, held?.entries, held?.removed], ['held', 200, 101])
  assert.equal((await its.read()).split('\n').length, 201)
  its.clock.now += 3_600_000
  await its.publishing.publish(listOf(...many(98)))
  assert.equal(its.troubles.length, 1)
  assert.deepEqual(
    its.told.map(({ outcome }) => outcome),
    ['written', 'held'],
  )
  its.clock.now += 86_400_000
  assert.equal((await its.publishing.publish(listOf(...many(97))))[0]?.outcome, 'written')
  assert.equal((await its.publishing.publish(listOf(...many(100)), ['try']))[0]?.outcome, 'written')
  assert.equal((await its.publishing.publish(listOf(...many(10)), ['try']))[0]?.outcome, 'written')
})

test('nothing is held back where the owner agreed, where it is small, or where it should not be', async () => {
  for (const [agreed, given, from] of [
    ['all', {}, 200],
    [150, {}, 200],
    [0, { guard: false }, 200],
    [0, {}, 99],
  ] as const) {
    await using its = await runner(given)
    await its.publishing.publish(listOf(...many(from)))
    const [published] = await its.publishing.publish(listOf(...many(50)), undefined, agreed)
    assert.equal(published?.outcome, 'written')
  }
})

test('what the owner took out is not held back when others changed the list before it was due', async () => {
  for (const [agreed, left, outcome] of [
    ['all', 60, 'written'], // of 80 that the owner left
    ['all', 39, 'held'], // the sources lost more than half of those
    [120, 60, 'written'],
    [120, 39, 'held'],
    [0, 60, 'held'],
  ] as const) {
    await using its = await runner({ every_seconds: 3_600 })
    await its.publishing.publish(listOf(...many(200)))
    assert.deepEqual(await its.publishing.publish(listOf(...many(80)), undefined, agreed), [])
    await its.publishing.publish(listOf(...many(79)))
    its.clock.now += 3_600_000
    const [published] = await its.publishing.publish(listOf(...many(left)))
    assert.equal(published?.outcome, outcome, `${agreed} ${left}`)
    // Of what was held back the owner may take out more, too; that agrees to nothing that was lost before.
    if (outcome === 'held')
      assert.equal(
        (await its.publishing.publish(listOf(...many(5)), undefined, 'all'))[0]?.outcome,
        agreed === 0 ? 'held' : 'written',
      )
  }
})

test('what the owner adds by hand does not agree to what the sources lost before', async () => {
  await using its = await runner()
  await its.publishing.publish(listOf(...many(1_000)))
  assert.equal((await its.publishing.publish(listOf(...many(400))))[0]?.outcome, 'held')
  const added = listOf(...many(400), 'one.example')
  assert.equal((await its.publishing.publish(added, undefined, 'all'))[0]?.outcome, 'held')
  await its.publishing[Symbol.asyncDispose]()
  await using later = await its.open()
  const another = listOf(...many(400), 'two.example')
  assert.equal((await later.publish(another, undefined, 'all'))[0]?.outcome, 'held')
})

test('what the owner took out is not held back over a restart either', async () => {
  await using its = await runner({ every_seconds: 3_600 })
  await its.publishing.publish(listOf(...many(200)))
  const wanted = listOf(...many(20))
  await its.publishing.publish(wanted, undefined, 'all')
  await its.publishing[Symbol.asyncDispose]()
  await using later = await its.open()
  assert.deepEqual(await later.publish(wanted), [])
  its.clock.now += 3_600_000
  assert.equal((await later.publish(wanted))[0]?.outcome, 'written')
})

test('a target that fails leaves what was published, and no part of what was not', async () => {
  await using its = await runner()
  await its.publishing.publish(listOf('a.example'))
  await using faulty = await its.open({ sections: [{ ...section(its), settings: { fault: 'oh' } }] })
  const [failed] = await faulty.publish(listOf('b.example'))
  assert.deepEqual([failed?.outcome, failed?.trouble], ['failed', 'oh'])
  assert.equal(await its.read(), 'a.example\n')
  assert.deepEqual(await readdir(join(its.folder, 'out')), ['names.txt'])
})

test('a path that cannot be written is told, and the next publication written all the same', async () => {
  await using its = await runner()
  await writeFile(join(its.folder, 'taken'), '')
  const one = section(its)
  await using two = await its.open({
    sections: [{ ...one, name: 'bad', path: join(its.folder, 'taken', 'x') }, one],
  })
  const outcomes = (await two.publish(listOf('a.example'))).map(({ outcome }) => outcome)
  assert.deepEqual(outcomes, ['failed', 'written'])
})

test('several files lie in a folder, each renamed into its place; what is no longer made goes', async () => {
  await using its = await runner({ settings: { files: ['a', 'sub/b'] } })
  await its.publishing.publish(listOf('one.example'))
  assert.equal(await readFile(join(its.path, 'sub/b'), 'utf8'), 'one.example\n')
  await writeFile(join(its.path, 'not-ours'), 'x')
  await using fewer = await its.open({ sections: [{ ...section(its), settings: { files: ['a', 'c'] } }] })
  const [published] = await fewer.publish(listOf('one.example', 'two.example'))
  assert.deepEqual([published?.entries, published?.added, published?.removed], [4, 2, 0])
  assert.deepEqual((await readdir(its.path)).toSorted(), ['a', 'c', 'not-ours', 'sub'])
  assert.deepEqual(await readdir(join(its.path, 'sub')), [])
  assert.equal(await readFile(join(`${its.path}.previous`, 'sub/b'), 'utf8'), 'one.example\n')
})

test('a link is followed, and what it points to replaced', async () => {
  await using its = await runner()
  await mkdir(join(its.folder, 'out'))
  await writeFile(join(its.folder, 'real'), 'old\n')
  await symlink(join(its.folder, 'real'), its.path)
  await its.publishing.publish(listOf('a.example'))
  assert.equal(await readFile(join(its.folder, 'real'), 'utf8'), 'a.example\n')
})

test('what is not due is written when it is, of the list that there is then', async () => {
  await using its = await runner({ every_seconds: 60 })
  await its.publishing.publish(listOf('a.example'))
  its.clock.now += 59_950
  assert.deepEqual(await its.publishing.publish(listOf('b.example')), [])
  assert.deepEqual(await its.publishing.publish(listOf('c.example')), [])
  const [now] = await its.publishing.publish(listOf('d.example'), ['try'])
  assert.equal(now?.outcome, 'written')
  its.clock.now += 59_950
  await its.publishing.publish(listOf('e.example'))
  const until = performance.now() + 5_000
  its.clock.now += 1_000
  while ((await its.read()) !== 'e.example\n' && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(await its.read(), 'e.example\n')
})

test('a command is run after a change and only then, without a shell; what it fails with is told', async () => {
  await using its = await runner({ after: ['sh', '-c', 'echo $0 >> "$1"', '$(x)', ''] })
  const log = join(its.folder, 'ran')
  await using after = await its.open({
    sections: [{ ...section(its), after: ['sh', '-c', 'echo "$0" >> "$1"', '$(id)', log] }],
  })
  await after.publish(listOf('a.example'))
  await after.publish(listOf('a.example'))
  assert.equal(await readFile(log, 'utf8'), '$(id)\n')
  await using failing = await its.open({ sections: [{ ...section(its), after: ['false'] }] })
  const [published] = await failing.publish(listOf('b.example'))
  assert.deepEqual([published?.outcome, published?.trouble], ['written', 'false ended with 1: '])
})

test('where something is published is told of what the target carries and the list holds', async () => {
  await using its = await runner()
  const list = fakeBlocklist({
    version: ++version,
    domains: ['bad.example'],
    hosts: ['one.example'],
    addresses: ['203.0.113.0/24'],
    allowedHosts: ['good.bad.example'],
  })
  const where = (type: 'domain' | 'hostname' | 'address' | 'hash', value: string) =>
    its.publishing.where({ type, value }, list).map(({ name }) => name)
  assert.deepEqual(where('domain', 'bad.example'), [])
  await its.publishing.publish(list)
  assert.deepEqual(where('domain', 'bad.example'), ['try'])
  assert.deepEqual(where('hostname', 'x.bad.example'), ['try'])
  assert.deepEqual(where('hostname', 'good.bad.example'), [])
  assert.deepEqual(where('hostname', 'x.one.example'), [])
  assert.deepEqual(where('address', '203.0.113.5'), [])
  assert.deepEqual(where('hash', 'a'.repeat(32)), [])
})

test('a name that is no publication is refused', async () => {
  await using its = await runner()
  assert.throws(() => its.publishing.publish(listOf(), ['other']), /There is no publication other/)
})

test('damaged state is as if nothing were published, and the files are compared all the same', async () => {
  await using its = await runner()
  await its.publishing.publish(listOf('a.example', 'b.example'))
  await writeFile(join(its.folder, 'intel', 'publications.json'), '{"publications": 7')
  await using again = await its.open()
  const [published] = await again.publish(listOf('a.example', 'c.example'))
  assert.deepEqual([published?.entries, published?.added, published?.removed], [2, 1, 1])
})

function section(its: { readonly path: string }): PublicationSection {
  return {
    name: 'try',
    target: 'try',
    path: its.path,
    every_seconds: 0,
    after: [],
    guard: true,
    settings: {},
  }
}

test('a zone that is made of the one that lies there is rendered whole where anybody else has written that', async () => {
  await using its = await runner()
  const path = join(its.folder, 'zones')
  let read = 0
  const section = {
    name: 'zones',
    target: 'bind-rpz',
    path,
    every_seconds: 0,
    after: [],
    guard: true,
    settings: bindRpz.config.parse({}),
  }
  const publisher: Publisher<never> = listed({
    ...bindRpz,
    render: (list, config, host) =>
      bindRpz.render(list, config, {
        ...host,
        leaveOut: (reason) => host.leaveOut(reason),
        former: (name) => host.former(name),
        kept: (name) => {
          const kept = host.kept?.(name)
          if (kept) read++
          return kept
        },
      }),
    check: () => [],
  })
  await using publishing = await its.open({ sections: [section], targets: [publisher] })
  const names = new Set(many(300))
  let now = 0
  const publish = async (added: string) => {
    names.add(added)
    now++
    const list = blocklistOf(
      [...names].map((value) => ({ indicator: { type: 'domain', value } })),
      bookOf([]),
      true,
      {
        version: now,
        changedSince: (since) => (since === now - 1 ? [{ type: 'domain', value: added }] : undefined),
      },
    )
    const [published] = await publishing.publish(list)
    assert.deepEqual([published?.outcome, published?.trouble], ['written', ''])
  }
  const zone = join(path, 'block.rpz.sundew.zone')
  const recordsOf = async () => (await readFile(zone, 'utf8')).split('\n').slice(4, -1)
  const expected = () => rendersOf([...names])
  await publish('first.example')
  assert.equal(read, 0, 'who wrote it before is not known')
  await publish('second.example')
  assert.equal(read, 1)
  assert.deepEqual(await recordsOf(), expected())
  // The same length, and even the same time of writing.
  const { atime, mtime, ctimeMs } = await stat(zone)
  // A file system's clock ticks in milliseconds.
  while (Date.now() < ctimeMs + 50) await new Promise((resolve) => setTimeout(resolve, 10))
  const text = await readFile(zone, 'utf8')
  await writeFile(zone, text.replace('n7.example', 'n8.example'))
  await utimes(zone, atime, mtime)
  await publish('third.example')
  assert.equal(read, 1)
  assert.deepEqual(await recordsOf(), expected())
  await publish('fourth.example')
  assert.equal(read, 2)
  assert.deepEqual(await recordsOf(), expected())
  assert.deepEqual(
    (await readFile(`${path}.previous/block.rpz.sundew.zone`, 'utf8')).split('\n').length,
    4 + expected().length - 2 + 1,
  )
})

/** The records of a zone of these domains, none of which lies in another. */
function rendersOf(domains: readonly string[]): string[] {
  return domains.toSorted().flatMap((name) => [`${name} CNAME .`, `*.${name} CNAME .`])
}

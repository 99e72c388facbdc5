import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import type { Blocklist } from '../../../src/intel/publish/blocklist.ts'
import { publishers } from '../../../src/intel/publish/index.ts'
import type { Publisher } from '../../../src/intel/publish/publisher.ts'
import { formatRange, parseRange } from '../../../src/match/parse-address.ts'
import { RangeSet } from '../../../src/match/ranges.ts'
import { type FakeList, fakeBlocklist } from './fake-blocklist.ts'
import { anyList, hostileList } from './lists.ts'
import { rendered } from './rendered.ts'

const run = promisify(execFile)

/** What a reader of the target finds in its files. What a target cannot carry at all is left away. */
export interface ReadBack {
  /** What is blocked: addresses, prefixes and ranges, as `parseRange` reads them. They need not be disjoint. */
  readonly addresses?: readonly string[]
  /** Names that are blocked, each once. */
  readonly names?: readonly string[]
  /** Of them (or beside them) those by which all below is blocked, too. */
  readonly covering?: readonly string[]
  /** Names that are let through though a covering one is above them. */
  readonly holes?: readonly string[]
  /** `url http://…`, `hash 00ff…`. */
  readonly texts?: readonly string[]
}

export interface PublisherCase<C> {
  /** Configurations to be looked at; the defaults where it is not given. */
  readonly configs?: readonly Readonly<Record<string, unknown>>[]
  read(files: ReadonlyMap<string, string>, config: C): ReadBack
  /** Which of the list's names should be read back: all where nothing covers what is below. Default false. */
  readonly redundant?: boolean | ((config: C) => boolean)
  /** Of the list's values, those that this target cannot carry, though it carries others of the kind. */
  leaves?(kind: 'address4' | 'address6' | 'name' | 'text', value: string, config: C): boolean
  /** A listed text (`url http://…`) as it is read back, where a target writes it otherwise. */
  written?(text: string, config: C): string
  /** Runs of the property; less for slow ones. */
  readonly runs?: number
}

/** What the publishing runner relies on; every publisher's test calls it. */
export function conforms<C>(publisher: Publisher<C>, given: PublisherCase<C>): void {
  const configs = (given.configs ?? [{}]).map(
    (one) => [JSON.stringify(one), publisher.config.parse(one)] as const,
  )

  describe(`the target ${publisher.target}`, () => {
    test('is in the list, with a name that a key can have and a sentence', () => {
      assert.ok(publishers.some(({ target }) => target === publisher.target))
      assert.match(publisher.target, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
      assert.match(publisher.summary, /^\S.*\.$/)
    })

    test('has a default for every setting', () => {
      assert.ok(publisher.config.safeParse({}).success)
    })

    for (const [name, config] of configs) {
      const check = (list: FakeList) => reads(publisher, given, config, list)

      test(`${name}: nothing listed is a file of its own, that says nothing`, () => {
        const { files } = rendered(publisher, fakeBlocklist({}), config)
        assert.ok(files.size > 0)
        assert.deepEqual(Object.values(given.read(files, config)).flat(), [])
      })

      test(`${name}: hostile titles, links, URLs and file names stay where they belong`, () => {
        check(hostileList)
      })

      test(`${name}: what is read back is what is listed, without what is allowed, whatever the list`, () => {
        fc.assert(fc.property(anyList, check), { numRuns: given.runs ?? 100 })
      })

      test(`${name}: the same list is the same bytes, also where it was written before and has another version`, () => {
        fc.assert(
          fc.property(anyList, fc.integer({ min: 0, max: 1e9 }), (list, later) => {
            const first = rendered(publisher, fakeBlocklist(list), config)
            assert.deepEqual(rendered(publisher, fakeBlocklist(list), config), first)
            const [version, made] = [(list.version ?? 1) + 1, (list.made ?? 0) + later]
            const again = fakeBlocklist({ ...list, version, made })
            assert.deepEqual(rendered(publisher, again, config, first.files).files, first.files)
          }),
          { numRuns: Math.min(50, given.runs ?? 50) },
        )
      })

      test(`${name}: what lies there already and is something else does no harm`, () => {
        const plain = rendered(publisher, fakeBlocklist(hostileList), config)
        for (const damage of [
          (text: string) => text.slice(0, text.length / 2),
          () => '<html>502 Bad Gateway</html>\n',
          () => '',
          (text: string) => text.replaceAll('\n', '\u0000\r'),
          () => `${'x'.repeat(200_000)}\n{"`,
        ]) {
          const former = new Map([...plain.files].map(([file, text]) => [file, damage(text)]))
          const { files } = rendered(publisher, fakeBlocklist(hostileList), config, former)
          compare(publisher, given, config, fakeBlocklist(hostileList), files)
        }
      })

      test(`${name}: its own tool takes the files, where it is here`, async (t) => {
        await takes(publisher, config, fakeBlocklist(hostileList), t)
        await takes(publisher, config, fakeBlocklist({}), t)
      })
    }
  })
}

function reads<C>(publisher: Publisher<C>, given: PublisherCase<C>, config: C, told: FakeList): void {
  const list = fakeBlocklist(told)
  compare(publisher, given, config, list, rendered(publisher, list, config).files)
}

function compare<C>(
  publisher: Publisher<C>,
  given: PublisherCase<C>,
  config: C,
  list: Blocklist,
  files: ReadonlyMap<string, string>,
): void {
  for (const text of files.values()) assert.ok(text.isWellFormed(), 'a lone surrogate is no text')
  const back = given.read(files, config)
  const leaves = given.leaves?.bind(given) ?? (() => false)
  if (back.addresses) {
    const families = ([4, 6] as const).filter((family) =>
      publisher.carries({ type: 'address', family }, config),
    )
    const listed = families.flatMap((family) =>
      [...list.prefixes(family)].map(({ first, length }) => {
        const range = parseRange(`${formatRange(first, first)}/${length}`)!
        return { ...range, family, text: formatRange(range.first, range.last) }
      }),
    )
    const wanted = RangeSet.of(listed.filter(({ family, text }) => !leaves(`address${family}`, text, config)))
    const found = RangeSet.of(
      back.addresses.map((text) => {
        const range = parseRange(text)
        assert.ok(range && !range.masked, `${text} is no address or prefix`)
        return range
      }),
    )
    same(found.lines(), wanted.lines())
    for (const family of [4, 6] as const) {
      const allowed = RangeSet.of(list.allowedRanges(family))
      assert.deepEqual([...found.intersection(allowed).lines()], [], 'an allowed address is blocked')
    }
  }
  if (back.names) {
    const redundant =
      typeof given.redundant === 'function' ? given.redundant(config) : (given.redundant ?? false)
    const wanted = [...list.names(redundant)].filter(({ name, covers }) => {
      const carried = publisher.carries({ type: covers === 'all' ? 'domain' : 'hostname' }, config)
      return carried && !leaves('name', name, config)
    })
    same(
      back.names,
      wanted.map(({ name }) => name),
    )
  }
  const all = new Set([...list.names(true)].filter(({ covers }) => covers === 'all').map(({ name }) => name))
  const holes = new Set(back.holes)
  const wide = [...list.holes()].filter(({ covers }) => covers === 'all').map((one) => one.name)
  for (const name of back.covering ?? []) {
    assert.ok(all.has(name), `${name} does not cover what is below it`)
    for (const { name: hole } of list.holes())
      if (hole.endsWith(`.${name}`))
        assert.ok(letThrough(hole, holes, wide), `${hole} is allowed and blocked by ${name}`)
  }
  const known = new Set(Array.from(list.holes(), ({ name }) => name))
  for (const hole of holes) assert.ok(known.has(hole), `${hole} is no allowed name`)
  if (back.texts) {
    const wanted = (['url', 'email', 'hash', 'ja3', 'ja4', 'file_name', 'as'] as const)
      .filter((type) => publisher.carries({ type }, config))
      .flatMap((type) => [...list.texts(type)].map(({ value }) => `${type} ${value}`))
      .filter((text) => !leaves('text', text, config))
    same(back.texts, given.written ? new Set(wanted.map((text) => given.written!(text, config))) : wanted)
  }
}

/** It is a hole itself, or lies under one that covers all below it. */
function letThrough(name: string, holes: ReadonlySet<string>, wide: readonly string[]): boolean {
  return holes.has(name) || wide.some((one) => holes.has(one) && name.endsWith(`.${one}`))
}

/** The same values, each as often; what differs is told, and not all that there is. */
function same(found: Iterable<string>, wanted: Iterable<string>): void {
  const [ours, theirs] = [[...found].toSorted(), [...wanted].toSorted()]
  if (ours.join('\n') === theirs.join('\n')) return
  const [here, there] = [new Set(ours), new Set(theirs)]
  assert.fail(
    `read back, not listed: ${JSON.stringify(ours.filter((one) => !there.has(one)).slice(0, 5))}; listed, not read back: ${JSON.stringify(
      theirs.filter((one) => !here.has(one)).slice(0, 5),
    )}; ${ours.length} of ${theirs.length}`,
  )
}

/** Asks the target's own tool, as the runner does. */
async function takes<C>(publisher: Publisher<C>, config: C, list: Blocklist, t: TestContext): Promise<void> {
  if (!publisher.check) return t.skip('it has no tool')
  const folder = await mkdtemp(join(tmpdir(), 'sundew-publish-'))
  try {
    for (const [name, text] of rendered(publisher, list, config).files) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    for (const { command, args, good = [], silent = false, unable } of publisher.check(folder, config)) {
      const told = await run(command, args, { timeout: 60_000, cwd: folder }).then(
        ({ stderr }) => ({ code: 0 as unknown, stderr }),
        (error: { code?: unknown; stderr?: string }) => ({ code: error.code, stderr: error.stderr ?? '' }),
      )
      if (told.code === 'ENOENT') return t.skip(`${command} is not here`)
      if (unable?.test(told.stderr)) return t.skip(`${command} cannot run here`)
      assert.ok([0, ...good].includes(told.code as number), `${command}: ${String(told.code)} ${told.stderr}`)
      if (silent) assert.equal(told.stderr, '')
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

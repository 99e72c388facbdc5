import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finish, kindCodes, mix, mostSalts, saltOf, startOf } from '../../src/match/name-hash.ts'
import { NameSet } from '../../src/match/name-set.ts'
import { NameSetBuilder } from '../../src/match/name-set-builder.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
const end = '.evil.example.net'
/** More than a table looks at for one text. */
const together = 600

/** Names that all have one hash under this salt: ten blocks of five letters, of which each has two that leave the hash alike. */
function colliding(number: number, random: (below: number) => number): string[] {
  const salt = saltOf(number)
  const step = (hash: number, text: string) =>
    Buffer.from(text).reduceRight((mixed, byte) => mix(mixed, byte, salt.factor), hash)
  let hash = step(startOf(salt, kindCodes.domain), end)
  const blocks: (readonly [string, string])[] = []
  while (blocks.length < 10) {
    const seen = new Map<number, string>()
    for (;;) {
      const text = Array.from({ length: 5 }, () => letters[random(letters.length)]!).join('')
      const mixed = step(hash, text)
      const other = seen.get(mixed)
      if (other !== undefined && other !== text) {
        blocks.push([other, text])
        hash = mixed
        break
      }
      seen.set(mixed, text)
    }
  }
  const names = Array.from({ length: together }, (_, at) =>
    blocks.reduce((name, block, bit) => `${block[(at >> bit) & 1]!}${name}`, end),
  )
  for (const name of names.slice(0, 3))
    assert.equal(finish(step(startOf(salt, kindCodes.domain), name)), finish(hash))
  return names
}

test('names that somebody chose to collide under every salt that can be known are a set like others', () => {
  let seed = 1
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const builder = new NameSetBuilder()
  const label = builder.label(builder.source('evil'), '', '', 'alert', 1)
  const chosen = Array.from({ length: mostSalts }, (_, number) => colliding(number, random)).flat()
  const honest = Array.from({ length: 5_000 }, (_, number) => `good${number}.example.org`)
  for (const name of [...chosen, ...honest]) assert.ok(builder.add('domain', name, label))
  const set = NameSet.from(builder.toBytes())
  for (const name of [chosen[0]!, chosen.at(-1)!, honest[7]!]) assert.ok(set.find('hostname', name) >= 0)
  assert.equal(set.find('hostname', 'another.example.org'), -1)
})

import assert from 'node:assert/strict'
import { checkPrimeSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { moduli } from '../../../src/decoys/ssh/moduli.ts'

const groups = await moduli()
const bitsOf = (prime: Uint8Array) => prime.length * 8

test('there are groups of the sizes that Debian’s sshd has, as many of each', () => {
  const sizes = [...new Set(groups.map(({ prime }) => bitsOf(prime)))].toSorted((a, b) => a - b)
  assert.deepEqual(
    sizes.map((bits) => [bits, groups.filter(({ prime }) => bitsOf(prime) === bits).length]),
    [
      [2048, 60],
      [3072, 76],
      [4096, 68],
      [6144, 73],
      [7680, 71],
      [8192, 75],
    ],
  )
})

test('their numbers are primes, and the half of them are', () => {
  for (const bits of [2048, 3072]) {
    const { prime } = groups.find((group) => bitsOf(group.prime) === bits)!
    const value = BigInt(`0x${Buffer.from(prime).toString('hex')}`)
    assert(checkPrimeSync(value, { checks: 1 }))
    assert(checkPrimeSync((value - 1n) / 2n, { checks: 1 }))
  }
})

const file = '/etc/ssh/moduli'
const skip = existsSync(file) ? false : 'openssh-client is not installed'
test('they are those of /etc/ssh/moduli', { skip }, async () => {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => /^\d/.test(line))
  const theirs = lines
    .map((line) => line.split(/\s+/))
    .map((fields) => `${fields[5]}:${fields[6]!.toLowerCase()}`)
  const ours = groups.map(({ prime, generator }) => `${generator[0]}:${Buffer.from(prime).toString('hex')}`)
  assert.deepEqual(ours.toSorted(), theirs.toSorted())
})

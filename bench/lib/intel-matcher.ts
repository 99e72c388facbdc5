// What a process needs more for matching: run with the files of an address set and of a name set, it tells its memory before and after.
import { readFileSync } from 'node:fs'
import { AddressSet } from '../../packages/sundew/src/match/address-set.ts'
import { NameSet } from '../../packages/sundew/src/match/name-set.ts'

const [addressFile, nameFile] = process.argv.slice(2)
if (addressFile === undefined || nameFile === undefined) throw new TypeError('two files are needed')
const before = process.memoryUsage().rss
const addresses = AddressSet.from(readFileSync(addressFile))
const names = NameSet.from(readFileSync(nameFile))
const after = process.memoryUsage().rss
console.log(JSON.stringify({ megabytes: (after - before) / 1e6, entries: addresses.size + names.size }))

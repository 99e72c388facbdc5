import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { mutate, randomFrom } from '../../../fuzz/mutate.ts'
import { targets } from '../../../fuzz/targets.ts'

const found = join(import.meta.dirname, '..', '..', '..', 'testdata', 'fuzz')
/** Changed inputs beside what was found before: `npm run fuzz` tries more. */
const inputs = 20

for (const [name, all] of Object.entries(targets))
  describe(`what npm run fuzz ${name} tries`, () => {
    for (const target of all)
      test(`${target.name} bears what once did harm, its seeds, and ${inputs} changed ones`, async () => {
        await using victim = await target.start()
        const folder = join(found, target.name)
        const kept = existsSync(folder)
          ? readdirSync(folder).map((file) => readFileSync(join(folder, file)))
          : []
        const random = randomFrom(1)
        const changed = Array.from({ length: inputs }, () => mutate(target.seeds, random))
        for (const input of [...kept, ...target.seeds, ...changed]) await victim.bear(input)
      })
  })

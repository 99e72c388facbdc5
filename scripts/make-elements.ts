// node scripts/make-elements.ts: the table of IPFIX elements, from IANA's registry as testdata/registry has it.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { elementTypes } from '../packages/sundew/src/wire/netflow/elements/element.ts'

const root = join(import.meta.dirname, '..')
const lines = (await readFile(join(root, 'testdata/registry/iana-ies.tsv'), 'utf8')).trim().split('\n')
const known = new Set<string>(elementTypes)
const rows = lines.slice(1).map((line) => {
  const [id, name, type] = line.split('\t')
  if (!/^\d{1,5}$/.test(id ?? '') || !/^\w+$/.test(name ?? '') || !known.has(type ?? ''))
    throw new Error(`testdata/registry/iana-ies.tsv: cannot read "${line}"`)
  return `  [${id}, '${name}', '${type}'],`
})
await writeFile(
  join(root, 'packages/sundew/src/wire/netflow/elements/iana.ts'),
  `// Made by scripts/make-elements.ts from IANA's registry of IPFIX information elements (CC0); see testdata/registry.
import type { ElementTable } from './element.ts'

export const iana: ElementTable = [
${rows.join('\n')}
]
`,
)
console.log(`${rows.length} elements`)

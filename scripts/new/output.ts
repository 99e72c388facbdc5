import type { Room } from './room.ts'

const folder = 'packages/sundew'

/** An output that writes warnings as lines of a file: a beginning that passes the conformance suite. */
export const newOutput: Room = {
  index: `${folder}/src/outputs/index.ts`,

  register(index, name) {
    const list = /(export const outputs: [^=]*= \[)([^\]]*)\]/.exec(index)
    const imports = [...index.matchAll(/^import .*\n/gm)].at(-1)
    if (!list || !imports) return undefined
    const entries = (list[2] ?? '').split(',').map((entry) => entry.trim())
    const named = [...entries.filter((entry) => entry !== ''), `listed(${name})`]
    const at = imports.index + imports[0].length
    const line = `import { ${name} } from './${name}/${name}.ts'\n`
    return (index.slice(0, at) + line + index.slice(at)).replace(list[0], `${list[1]}${named.join(', ')}]`)
  },

  files: (name) => ({
    [`${folder}/src/outputs/${name}/${name}.ts`]: outputFile(name),
    [`${folder}/test/outputs/${name}/${name}.test.ts`]: testFile(name),
  }),

  test: (name) => `${folder}/test/outputs/${name}/${name}.test.ts`,
}

const outputFile = (name: string): string => `import { z } from 'zod'
import { choiceKeys, chosen, type Choice } from '../alert/choice.ts'
import { keyValueLine } from '../alert/key-value.ts'
import { fileKeys, openFile, type FileChoice } from '../lines/file-keys.ts'
import type { Output } from '../output.ts'

type Config = Choice & FileChoice

/** Bytes of one line. */
const maxBytes = 4096

/** TODO: say who reads it. A destination on the network is named in \`destinations\` and reached by \`host.egress\`. */
export const ${name}: Output<Config> = {
  name: '${name}',
  summary: 'Warnings as lines of a file.',
  urgent: true,
  config: z.strictObject({
    path: z.string().min(1).default('${name}.log').describe('The file, from the folder \`outputs\` in the data directory.'),
    ...choiceKeys,
    ...fileKeys,
  }),
  wants: () => true,
  open(config, host) {
    const file = openFile(config, host)
    return {
      ...chosen(config),
      async send(events) {
        const lines = events.map((event) => \`\${keyValueLine(event, maxBytes)}\\n\`).join('')
        if (lines !== '') await file.append(lines)
      },
    }
  },
}
`

const testFile = (name: string): string => `import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ${name} } from '../../../src/outputs/${name}/${name}.ts'
import { conforms, outputHost } from '../conformance.ts'
import { matchOf } from '../events.ts'

// What needs a peer says how to start one: conforms(…, { working: … })
conforms(${name}, {
  broken: async (folder) => {
    await mkdir(join(folder, 'taken'))
    return { path: 'taken' }
  },
})

test('a match is a line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-${name}-'))
  try {
    await ${name}.open(${name}.config.parse({}), outputHost(folder)).send([matchOf()])
    assert.match(await readFile(join(folder, '${name}.log'), 'utf8'), /^kind="intel\\.match" severity="high" [^\\n]*\\n$/)
  } finally {
    await rm(folder, { recursive: true })
  }
})
`

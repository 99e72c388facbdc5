import assert from 'node:assert/strict'
import { silk } from '../../../src/intel/publish/silk.ts'
import { conforms } from './conformance.ts'
import { entryLines } from './rendered.ts'

conforms(silk, {
  read(files) {
    const [v4, v6] = [entryLines(files.get('v4.txt')), entryLines(files.get('v6.txt'))]
    for (const line of v4) assert.ok(!line.includes(':'), line)
    for (const line of v6) assert.ok(line.includes(':'), line)
    return { addresses: [...v4, ...v6] }
  },
})

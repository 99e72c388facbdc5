import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { firewallParsers } from '../../../../src/collectors/syslog/parsers/index.ts'
import { foreign } from './conformance.ts'

describe('the parsers of firewalls', () => {
  const formats: readonly string[] = firewallParsers.map(({ format }) => format)

  it('have a name each', () => {
    assert.equal(new Set(formats).size, formats.length)
  })

  for (const [format, line] of Object.entries(foreign))
    it(`${formats.includes(format) ? 'take a line for' : 'do not take a line of'} ${format} alone`, () => {
      const bytes = Buffer.from(line)
      const taken = firewallParsers.filter((parser) => parser.accepts(bytes, 0, bytes.length))
      assert.deepEqual(
        taken.map((parser) => parser.format),
        formats.filter((one) => one === format),
      )
    })
})

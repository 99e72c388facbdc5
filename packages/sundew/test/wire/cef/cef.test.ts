import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cef, type CefEvent } from '../../../src/wire/cef/cef.ts'

const event: CefEvent = {
  vendor: 'a|b',
  product: 'c\\d',
  version: '1=2',
  signature: 'intel.match',
  name: 'n',
  severity: 9,
  extension: [
    ['src', '10.0.0.1'],
    ['msg', 'a=b|c\\d e'],
    ['cnt', 3],
  ],
}

test('a CEF line escapes what separates, in the header and in the extension as each has it', () => {
  assert.equal(cef(event), 'CEF:0|a\\|b|c\\\\d|1=2|intel.match|n|9|src=10.0.0.1 msg=a\\=b|c\\\\d e cnt=3')
})

test('a CEF line read back has the values that went in', () => {
  const value = fc.string({ unit: fc.constantFrom('a', ' ', '|', '=', '\\', 'ä') })
  fc.assert(
    fc.property(value, value, value, (product, name, message) => {
      const line = cef({ ...event, product, name, extension: [['msg', message]] })
      const parts = line.split(/(?<!(?<!\\)(?:\\\\)*\\)\|/)
      assert.equal(parts[2]!.replace(/\\([\\|])/g, '$1'), product)
      assert.equal(parts[5]!.replace(/\\([\\|])/g, '$1'), name)
      const extension = parts.slice(7).join('|')
      assert.equal(extension.slice('msg='.length).replace(/\\([\\=])/g, '$1'), message)
    }),
  )
})

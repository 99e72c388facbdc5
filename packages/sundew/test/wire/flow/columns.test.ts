import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nativeBlock } from '../../../src/wire/columns/block.ts'
import { FlowColumns, mappedPrefix } from '../../../src/wire/flow/columns.ts'
import { flowColumns } from '../../../src/wire/flow/layout.ts'

test('a cleared batch is as a new one, whatever was written', () => {
  const columns = new FlowColumns(4)
  for (const [index, { name }] of flowColumns.entries()) {
    const cells = columns.cellsAt(index)
    if (Array.isArray(cells)) cells.fill('x')
    else cells.fill(7)
    columns.touch(name)
  }
  columns.wide = true
  columns.rows = 4
  columns.clear()
  const fresh = new FlowColumns(4)
  for (const index of flowColumns.keys()) assert.deepEqual(columns.cellsAt(index), fresh.cellsAt(index))
  assert.deepEqual([columns.rows, columns.wide, columns.touched], [0, false, fresh.touched])
})

test('an IPv4 batch is cleared by its last words alone', () => {
  const columns = new FlowColumns(2)
  columns.cells('source_ip')[3] = 0x01020304
  columns.rows = 1
  columns.clear()
  assert.deepEqual([...columns.cells('source_ip').subarray(0, 4)], [0, 0, mappedPrefix, 0])
})

test('a block carries the columns that were touched, and shares their memory', () => {
  const columns = new FlowColumns(2)
  columns.touch('protocol', 'application')
  columns.rows = 2
  columns.cells('protocol').set([6, 17])
  columns.cells('application')[1] = 'dns'
  const block = Buffer.concat(nativeBlock(columns)).toString('latin1')
  assert.equal(block.charCodeAt(0), 4)
  assert.equal(block.charCodeAt(1), 2)
  assert.ok(block.includes('\x08protocol\x05UInt8\x06\x11'))
  assert.ok(block.endsWith('\x0bapplication\x06String\x00\x03dns'))
  assert.deepEqual(nativeBlock(new FlowColumns(2)), [])
})

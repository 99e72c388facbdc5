import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { detectType } from '../../../src/hub/enrich/file-type.ts'

const cases: [bytes: string, type: string][] = [
  ['MZ\x90\x00', 'application/vnd.microsoft.portable-executable'],
  ['\x7fELF\x02', 'application/x-elf'],
  ['PK\x03\x04', 'application/zip'],
  ['%PDF-1.7', 'application/pdf'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['#!/bin/sh\n', 'text/x-shellscript'],
  ['\xca\xfe\xba\xbe\x00\x00\x00\x34', 'application/java-vm'],
  [`${'a'.repeat(257)}ustar`, 'application/x-tar'],
  ['\xef\xbb\xbf \n<!DOCTYPE HTML>', 'text/html'],
  ['just words', 'text/plain'],
  ['\x00\x01\x02', 'application/octet-stream'],
  ['', 'application/x-empty'],
]
for (const [bytes, type] of cases)
  test(`${JSON.stringify(bytes.slice(0, 12))} is ${type}`, () =>
    assert.equal(detectType(Buffer.from(bytes, 'latin1')), type))

test('any bytes have a media type', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => assert.match(detectType(bytes), /^[a-z]+\/[a-z0-9.+-]+$/)),
  )
})

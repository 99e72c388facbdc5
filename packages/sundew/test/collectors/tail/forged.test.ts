import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bind } from '../../../src/collectors/tail/parsers/bind.ts'
import { dnsmasq } from '../../../src/collectors/tail/parsers/dnsmasq.ts'
import { unbound } from '../../../src/collectors/tail/parsers/unbound.ts'
import { Times } from '../../../src/collectors/tail/times.ts'
import { readAll } from './heard.ts'

/** What a peer of another program may have it log, where all programs log to one file. */
const forged = [
  [
    bind,
    'Nov 25 19:49:48 host sshd[812]: Invalid user client 192.0.2.1#99: query: bad.example IN from 203.0.113.9',
  ],
  [
    bind,
    '<38>1 2026-11-25T19:49:48Z host sshd 812 - - Invalid user client 192.0.2.1#99: query: bad.example IN',
  ],
  [bind, 'Nov 25 19:49:48 sshd[812]: named: client 192.0.2.1#99: query: bad.example IN'],
  [dnsmasq, 'Nov 25 19:49:48 host sshd[812]: Invalid user dnsmasq[1]: query[A] bad.example from 192.0.2.1'],
  [unbound, 'Nov 25 19:49:48 host sshd[812]: Invalid user unbound[1:0] info: 192.0.2.1 bad.example. A IN'],
] as const

const genuine = [
  [
    bind,
    'Nov 25 19:49:48 host named[812]: client @0x7f 192.0.2.1#99 (bad.example): query: bad.example IN A + (10.0.0.1)',
  ],
  [bind, '<30>1 2026-11-25T19:49:48Z host named 812 - - client 192.0.2.1#99: query: bad.example IN A +'],
  [bind, 'queries: info: client 192.0.2.1#99: query: bad.example IN A +'],
  [dnsmasq, 'Nov 25 19:49:48 host dnsmasq[1]: query[A] bad.example from 192.0.2.1'],
  [dnsmasq, 'Nov 25 19:49:48 dnsmasq[1]: query[A] bad.example from 192.0.2.1'],
  [unbound, '[1795636191] unbound[1:0] info: 192.0.2.1 bad.example. A IN'],
] as const

describe('a line in a log that many programs write to', () => {
  for (const [parser, line] of forged) {
    test(`${parser.format} does not believe ${line}`, () => {
      assert.deepEqual(readAll(parser, Buffer.from(`${line}\n`)), [{ parsed: 'other', told: [] }])
    })
  }
  for (const [parser, line] of genuine) {
    test(`${parser.format} reads ${line}`, () => {
      const [read] = readAll(parser, Buffer.from(`${line}\n`), ['client'])
      assert.deepEqual(read, { parsed: 'told', told: ['client 192.0.2.1'] })
    })
  }
})

test('a time with its zone is that moment, whatever hours this machine’s own zone leaves out', () => {
  const before = process.env['TZ']
  process.env['TZ'] = 'Europe/Berlin'
  try {
    for (const text of ['2026-03-29T02:30:00Z', '2026-03-29T02:30:00+00:00', '2026-10-25T02:30:00+05:30']) {
      const line = Buffer.from(`${text} x`)
      assert.equal(new Times().read(line, 0, line.length), Date.parse(text), text)
    }
  } finally {
    if (before === undefined) delete process.env['TZ']
    else process.env['TZ'] = before
  }
})

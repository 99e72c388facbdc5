import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { envelopeLimits, headerEnvelope } from '../../../src/wire/mail/envelope.ts'
import { readFromLine } from '../../../src/wire/mail/from-line.ts'

const at = Date.UTC(2026, 10, 5, 1, 8, 48)
const said = (...lines: string[]) =>
  headerEnvelope(Buffer.from(`${lines.join('\r\n')}\r\n\r\nbody`, 'latin1'))

describe('the line before a message', () => {
  for (const [line, sender, ms] of [
    ['From a@b.example Thu Nov  5 01:08:48 2026', 'a@b.example', at],
    ['From <a@b.example>  Thu Nov 5 01:08:48 2026', 'a@b.example', at],
    ['From MAILER-DAEMON Thu Nov  5 01:08:48 2026', '', at],
    ['From - Thu Nov 05 01:08:48 2026', '', at],
    ['From a Thu Nov  5 02:08:48 2026 +0100', 'a', at],
    ['From a Wed Nov  4 20:08:48 -0500 2026', 'a', at],
    ['From a Thu Nov  5 01:08 2026', 'a', at - 48_000],
    ['From a Thu Nov  5 01:08:48 CET 2026', 'a', at],
    ['From a Thu Foo  5 01:08:48 2026', 'a', undefined],
    ['From a', 'a', undefined],
    ['', '', undefined],
  ] as const) {
    test(`${JSON.stringify(line)} names sender and time`, () =>
      assert.deepEqual(readFromLine(line), { sender, ms }))
  }
})

describe('the headers of a stored mail', () => {
  test('of Postfix name the envelope, the topmost Received the peer', () => {
    assert.deepEqual(
      said(
        'Return-Path: <a@b.example>',
        'X-Original-To: info@c.example',
        'Delivered-To: spam@c.example',
        'Received: from helo.example (unknown [192.0.2.7])',
        '\tby mx.c.example (Postfix) with ESMTP id 4XyZ1; Thu,  5 Nov 2026 02:08:48 +0100 (CET)',
        'Received: from other (x [198.51.100.1]) by y; Thu, 5 Nov 2020 01:08:48 +0000',
        'Date: Wed, 4 Nov 2026 01:08:48 +0000',
      ),
      {
        sender: 'a@b.example',
        recipients: ['info@c.example'],
        helo: 'helo.example',
        peer: '192.0.2.7',
        receivedMs: at,
        dateMs: at - 86_400_000,
      },
    )
  })

  test('of smtp-sink and InetSim are understood', () => {
    const sink = said(
      'X-Client-Addr: 2001:db8::1',
      'X-Helo-Args: vm',
      'X-Mail-Args: <a@b.example> SIZE=12',
      'X-Rcpt-Args: <c@d.example>',
      'X-Rcpt-Args: <e@d.example>',
    )
    assert.deepEqual(
      [sink.peer, sink.helo, sink.sender, sink.recipients],
      ['2001:db8::1', 'vm', 'a@b.example', ['c@d.example', 'e@d.example']],
    )
    const inetsim = said(
      'X-INetSim-Id: 1',
      'X-INetSim-RCPT: <c@d.example>, <e@d.example>',
      'Received: from victim (helo [IPv6:2001:db8::2]) by cheater (INetSim)',
    )
    assert.deepEqual([inetsim.peer, inetsim.recipients], ['2001:db8::2', ['c@d.example', 'e@d.example']])
  })

  test('say nothing where there is nothing', () => {
    assert.deepEqual(said('Subject: x'), {
      sender: undefined,
      recipients: [],
      helo: '',
      peer: undefined,
      receivedMs: undefined,
      dateMs: undefined,
    })
    assert.equal(said('Return-Path: <>').sender, '')
    assert.equal(said('Date: next 7 weeks').dateMs, undefined)
  })

  test('are bounded, whatever they hold', () => {
    const many = said(...Array.from({ length: 400 }, (_, i) => `Delivered-To: ${i}${'x'.repeat(5000)}`))
    assert.ok(many.recipients.length <= envelopeLimits.recipients)
    for (const one of many.recipients) assert.ok(one.length <= envelopeLimits.characters)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        headerEnvelope(Buffer.concat([Buffer.from('Received: from ['), bytes]))
      }),
    )
  })
})

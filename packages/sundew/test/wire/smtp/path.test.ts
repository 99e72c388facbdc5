import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isAddressLiteral, isDomain } from '../../../src/wire/smtp/domain.ts'
import { addressOf, splitOperand } from '../../../src/wire/smtp/path.ts'

/** The address of a MAIL operand; undefined where Postfix refuses it. */
function address(operand: string): string | undefined {
  const split = splitOperand(`FROM:${operand}`, 'FROM')
  return split && !split.open ? addressOf(split.path) : undefined
}

test('addresses that Postfix 3.7 takes', () => {
  const taken: readonly (readonly [string, string])[] = [
    ['<a@client.example>', 'a@client.example'],
    [' <a@client.example>', 'a@client.example'],
    ['a@client.example', 'a@client.example'],
    ['a@client.example>', 'a@client.example'],
    ['<<a@client.example>>', 'a@client.example'],
    ['< a@b.c >', 'a@b.c'],
    ['<>', ''],
    ['<root>', 'root'],
    ['<"a b"@client.example>', '"a b"@client.example'],
    ['<"a>b"@c.d>', '"a>b"@c.d'],
    ['<a\\>b@c.d>', 'a\\>b@c.d'],
    ['<a(c)@b.c>', 'a(c)@b.c'],
    ['<@r.example,@s.example:b@t.example>', '@r.example,@s.example:b@t.example'],
    ['<a@b@c.example>', 'a@b@c.example'],
    ['<a:b@c.d>', 'a:b@c.d'],
    ['<a@[192.0.2.1]>', 'a@[192.0.2.1]'],
    ['<a@[IPv6:::1]>', 'a@[IPv6:::1]'],
    ['<a@b_c.d.>', 'a@b_c.d.'],
    ['<.a@b.c>', '.a@b.c'],
  ]
  for (const [operand, want] of taken) assert.equal(address(operand), want, operand)
})

test('addresses that Postfix 3.7 refuses', () => {
  const refused = [
    '<a b@c.d>',
    '<a@b.c',
    '<a@b.c>SIZE=1',
    '<a,b@c.d>',
    '<a;b@c.d>',
    '<@>',
    '<a@>',
    '<a@->',
    '<a@b..c>',
    '<a@.b>',
    '<a@-b.c>',
    '<a@192.0.2.1>',
    '<a@123>',
    '<a@[300.1.1.1]>',
    '<a@[ipv6]>',
    `<a@${'x'.repeat(64)}.c>`,
    '<"a@b.c>',
  ]
  for (const operand of refused) assert.equal(address(operand), undefined, operand)
})

test('words after the path are parted by blanks; blanks in quotes and brackets part nothing', () => {
  assert.deepEqual(splitOperand('to:<"a b"@c.d>  NOTIFY=NEVER\tORCPT=rfc822;x', 'TO'), {
    path: '<"a b"@c.d>',
    words: ['NOTIFY=NEVER', 'ORCPT=rfc822;x'],
    open: false,
  })
})

test('an operand without its keyword, colon or path is none', () => {
  for (const text of ['', 'FROM', 'FROM:', 'FROM: ', 'FROM :<a>', '<a>', 'TO:<a>']) {
    assert.equal(splitOperand(text, 'FROM'), undefined, text)
  }
})

test('IPv6 literals have eight groups, or one gap', () => {
  for (const good of ['::', '1::', '::1', '2001:db8::1', '1:2:3:4:5:6:7:8', '::ffff:192.0.2.1']) {
    assert.ok(isAddressLiteral(`[IPv6:${good}]`), good)
  }
  for (const bad of ['', ':', '1:2', '1::2::3', '1:2:3:4:5:6:7:8:9', '12345::', 'g::', '::1.2.3.400']) {
    assert.ok(!isAddressLiteral(`[IPv6:${bad}]`), bad)
  }
})

test('attacker bytes: any text is taken apart without fault, and an address taken stands in what was sent', () => {
  const unit = fc.constantFrom(...'<>@"\\(),;:[] .-a\t\0\xff\r\u00e9'.split(''))
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (operand) => {
      const found = address(operand)
      assert.ok(found === undefined || operand.includes(found))
    }),
    { numRuns: 2000 },
  )
})

test('attacker bytes: what is taken for a domain is short', () => {
  assert.ok(!isDomain('a.'.repeat(129)))
  assert.ok(!isDomain('a'.repeat(1_000_000)))
})

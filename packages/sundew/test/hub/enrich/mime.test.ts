import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { mailLimits, readMail } from '../../../src/hub/enrich/mime.ts'

const mail = (...lines: string[]) => Buffer.from(lines.join('\r\n'), 'latin1')

test('a plain mail gives its headers, text, links and addresses', () => {
  const facts = readMail(
    mail(
      'From: Bob <bob@b.example>',
      'Subject: =?utf-8?B?SMOpbGxv?=',
      ' =?utf-8?Q?_w=C3=B6rld?=',
      'Message-ID: <1@b>',
      'Date: Mon, 1 Jan 2026 00:00:00 +0000',
      '',
      'Visit http://x.example/a or write to eve@e.example',
    ),
  )
  assert.equal(facts.subject, '=?utf-8?B?SMOpbGxv?= =?utf-8?Q?_w=C3=B6rld?=')
  assert.equal(facts.subjectText, 'Héllo wörld')
  assert.equal(facts.fromHeader, 'Bob <bob@b.example>')
  assert.equal(facts.messageId, '<1@b>')
  assert.deepEqual(facts.urls, ['http://x.example/a'])
  assert.deepEqual(facts.addresses, ['eve@e.example'])
  assert.deepEqual(facts.problems, [])
  assert.equal(facts.parts, 1)
})

test('attachments keep their bytes, and their name as bytes; the text is the plain one', () => {
  const facts = readMail(
    mail(
      'Content-Type: multipart/mixed; boundary="o"',
      '',
      'preamble',
      '--o',
      'Content-Type: multipart/alternative; boundary=i',
      '',
      '--i',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'caf=C3=A9 =',
      'au lait',
      '--i',
      'Content-Type: text/html',
      '',
      '<p>caf&eacute; <a href="http://h.example/">x</a><script>var a</script></p>',
      '--i--',
      '--o',
      'Content-Type: application/zip; name="../../etc/passwd"',
      'Content-Transfer-Encoding: base64',
      '',
      'UEsD',
      'BA==',
      '--o',
      "Content-Disposition: attachment; filename*=utf-8''a%20b%C3%A9.exe",
      'Content-Type: application/octet-stream',
      '',
      'MZ',
      '--o--',
      'epilogue',
    ),
  )
  assert.equal(facts.text.trim(), 'café au lait')
  assert.deepEqual(facts.urls, ['http://h.example/'])
  assert.deepEqual(
    facts.attachments.map((a) => [a.name, a.mimeType, Buffer.from(a.bytes).toString('latin1')]),
    [
      ['../../etc/passwd', 'application/zip', 'PK\x03\x04'],
      ['a b\xc3\xa9.exe', 'application/octet-stream', 'MZ'],
    ],
  )
  assert.equal(facts.parts, 4)
})

test('a message in a message is read too', () => {
  const facts = readMail(
    mail('Content-Type: message/rfc822', '', 'Subject: inner', '', 'inner text http://i.example'),
  )
  assert.equal(facts.text, 'inner text http://i.example')
})

const hostile: [name: string, bytes: () => Buffer, problem: string | undefined][] = [
  ['nothing', () => Buffer.alloc(0), undefined],
  [
    'a boundary that never comes',
    () => mail('Content-Type: multipart/mixed; boundary=x', '', 'body'),
    'boundary-unterminated',
  ],
  [
    'a multipart without boundary',
    () => mail('Content-Type: multipart/mixed', '', 'body'),
    'boundary-missing',
  ],
  [
    '100,000 parts',
    () =>
      Buffer.from('Content-Type: multipart/mixed; boundary=x\r\n\r\n' + '--x\r\n\r\na\r\n'.repeat(100_000)),
    'too-many-parts',
  ],
  [
    'parts nested 1,000 deep',
    () => {
      let text = ''
      for (let i = 0; i < 1000; i++)
        text += `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`
      return Buffer.from(text)
    },
    'nesting-too-deep',
  ],
  [
    'messages nested 10,000 deep',
    () => Buffer.from('Content-Type: message/rfc822\r\n\r\n'.repeat(10_000)),
    'nesting-too-deep',
  ],
  [
    'a line of 65 MB',
    () => Buffer.concat([mail('Subject: x', '', ''), Buffer.alloc(65 * 1024 * 1024, 'a')]),
    'message-truncated',
  ],
  [
    'a header of 20 MB',
    () => Buffer.concat([Buffer.from('Subject: '), Buffer.alloc(20_000_000, 'a'), Buffer.from('\r\n\r\nhi')]),
    'headers-truncated',
  ],
  ['a million headers', () => Buffer.from('X: y\r\n'.repeat(1_000_000) + '\r\nhi'), 'headers-truncated'],
  ['encoded words without end', () => mail(`Subject: ${'=?utf-8?B?'.repeat(5000)}`, '', ''), undefined],
  [
    '20,000 encoded words',
    () => mail(`Subject: ${'=?utf-8?B?YQ==?= '.repeat(20_000)}`, '', ''),
    'headers-truncated',
  ],
  [
    'a charset nobody knows',
    () => mail('Content-Type: text/plain; charset=klingon', '', '\xff\xfe'),
    'charset-unknown',
  ],
  [
    'a million empty lines',
    () => Buffer.concat([mail('Subject: x', '', ''), Buffer.alloc(1_000_000, '\n')]),
    'text-truncated',
  ],
  [
    '20 MB of quoted-printable escapes',
    () =>
      Buffer.concat([
        mail('Content-Transfer-Encoding: quoted-printable', '', ''),
        Buffer.alloc(20_000_000, '='),
      ]),
    'text-truncated',
  ],
  [
    'a boundary made for slow searches',
    () =>
      Buffer.concat([
        mail(`Content-Type: multipart/mixed; boundary=${'a'.repeat(255)}`, '', ''),
        Buffer.alloc(20_000_000, 'a'),
      ]),
    'boundary-unterminated',
  ],
  [
    '20 MB of almost-boundaries',
    () =>
      Buffer.concat([
        mail('Content-Type: multipart/mixed; boundary=x', '', ''),
        Buffer.alloc(20_000_000, '--x--xy\n'),
      ]),
    'too-many-parts',
  ],
  [
    '200 attachments',
    () =>
      Buffer.from(
        'Content-Type: multipart/mixed; boundary=x\r\n\r\n' +
          '--x\r\nContent-Type: a/b\r\n\r\na\r\n'.repeat(150) +
          '--x--',
      ),
    'too-many-attachments',
  ],
]
for (const [name, bytes, problem] of hostile)
  test(`hostile mail, ${name}: ${problem ?? 'read'}`, () => {
    const facts = readMail(bytes())
    assert.ok(facts.text.length <= mailLimits.text)
    assert.ok(facts.attachments.length <= mailLimits.attachments)
    if (problem === undefined) assert.deepEqual(facts.problems, [])
    else assert.ok(facts.problems.includes(problem), String(facts.problems))
  })

test('whatever the bytes, a mail is read without a throw', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((b) => Buffer.from(b).toString('latin1')),
    fc.constantFrom(
      '\r\n',
      '\n',
      '\r\n\r\n',
      '--x',
      '--x--',
      'Content-Type: multipart/mixed; boundary=x',
      'Content-Type: text/html',
      'Content-Transfer-Encoding: base64',
      'Content-Transfer-Encoding: quoted-printable',
      '=?utf-8?B?',
      '?=',
      '<!--',
      '<a href="',
      "Content-Disposition: attachment; filename*0*=utf-8''%41; filename*1=b",
      'Content-Type: message/rfc822',
      'http://',
      '@a.b',
      '\0',
    ),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const facts = readMail(Buffer.from(pieces.join(''), 'latin1'))
      assert.ok(facts.parts >= 0 && facts.parts <= mailLimits.parts)
    }),
  )
})

// Line ends are left out of the comparison: postal-mime makes them LF, in attachments too; we keep them as sent.
test('on well-formed mails postal-mime finds the same text and attachments', async () => {
  const line = fc.stringMatching(/^[a-zA-Z0-9 .,;é=ü-]{0,60}$/).map((s) => s.replace(/^-+/, ''))
  const text = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => lines.join('\r\n'))
  const part = fc.record({
    text,
    coding: fc.constantFrom('8bit', 'base64', 'quoted-printable'),
    file: fc.option(fc.stringMatching(/^[a-z]{1,8}\.(exe|zip|pdf)$/), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (parts) => {
      const bodies = parts.map(({ text, coding, file }) => {
        const bytes = Buffer.from(text)
        const body =
          coding === '8bit'
            ? bytes.toString('latin1')
            : coding === 'base64'
              ? bytes.toString('base64').replace(/.{76}/g, '$&\r\n')
              : bytes
                  .toString('latin1')
                  .replace(/[=\x80-\xff]/g, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase()}`)
        const type =
          file === undefined ? 'text/plain; charset=utf-8' : `application/octet-stream; name="${file}"`
        return `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${coding}\r\n\r\n${body}\r\n`
      })
      const raw = Buffer.from(
        `Subject: x\r\nContent-Type: multipart/mixed; boundary="b 1"\r\n\r\n--b 1\r\n${bodies.join('--b 1\r\n')}--b 1--\r\n`,
        'latin1',
      )
      const ours = readMail(raw)
      const theirs = await PostalMime.parse(raw)
      const flat = (s: string | undefined) => (s ?? '').replace(/[\r\n]+/g, '')
      assert.equal(flat(ours.text), flat(theirs.text))
      // Parts of nothing but line ends: postal-mime keeps them as files without bytes, we keep none.
      const files = (list: { name: string; bytes: Uint8Array }[]) =>
        list.map(({ name, bytes }) => [name, flat(Buffer.from(bytes).toString())]).filter((f) => f[1] !== '')
      assert.deepEqual(
        files([...ours.attachments]),
        files(
          theirs.attachments.map((a) => ({
            name: a.filename ?? '',
            bytes: new Uint8Array(a.content as ArrayBuffer),
          })),
        ),
      )
      assert.deepEqual(ours.problems, [])
    }),
    { numRuns: 60 },
  )
})

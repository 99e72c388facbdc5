import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, open, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { maxMessageBytes } from '../../../src/importers/mail/draft.ts'
import { mail } from '../../../src/importers/mail/mail.ts'
import { mailTime } from '../../../src/importers/mail/times.ts'
import { find } from '../find.ts'

const at = Date.UTC(2026, 10, 5, 1, 8, 48)
const line = 'From a@b.example Thu Nov  5 01:08:48 2026'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-importers-'))
})
after(() => rm(folder, { recursive: true, force: true }))

async function place(name: string, bytes: string | Buffer): Promise<string> {
  const file = join(folder, name)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  return file
}

describe('sundew import mail reads', () => {
  test('an .eml byte for byte, whatever it holds, and takes its envelope from its headers', async () => {
    const bytes = Buffer.from(
      'Return-Path: <a@\xff>\r\nDelivered-To: c@d\n\n\0\x1b[2J\xff\rFrom x\n',
      'latin1',
    )
    const file = await place('one.eml', bytes)
    await utimes(file, at / 1000, at / 1000)
    const { events, troubles } = await find(mail, file, folder)
    assert.deepEqual(troubles, [])
    const [one] = events
    assert.deepEqual(one!.bytes, bytes)
    assert.deepEqual([one!.fields.mail_from, one!.fields.rcpt_to], ['a@\xff', ['c@d']])
    assert.deepEqual([one!.ms, one!.offset, one!.fields.via], [at, 0, 'import'])
  })

  test('an mbox, each mail with the sender, time and place of its line', async () => {
    const file = await place(
      'two.mbox',
      `${line}\nReceived: from h ([192.0.2.7]) by x; Thu, 5 Nov 2020 01:08:48 +0000\n\n>From x\n\n${line}\nReceived: from [999.0.0.1]\n\ny`,
    )
    const { events } = await find(mail, file, folder)
    assert.deepEqual(
      events.map(({ ms, fields, bytes }) => [ms, fields.mail_from, fields.claimed_ip, bytes.length]),
      [
        [at, 'a@b.example', '192.0.2.7', 76],
        [at, 'a@b.example', undefined, 29],
      ],
    )
    assert.ok(events[0]!.bytes.toString().endsWith('\n\nFrom x\n'))
    assert.equal(events[1]!.offset, line.length + 1 + 76 + 1 + 1) // the mail, its > and the empty line
    assert.notEqual(events[0]!.identity, events[1]!.identity)
  })

  test('a Maildir: new and cur and the Maildirs in it, and nothing else of it', async () => {
    const seconds = at / 1000
    await place(`Maildir/new/${seconds}.M1.host`, 'A: 1\n\n')
    await place(`Maildir/cur/${seconds + 1}.M2.host:2,S`, `${line}\nnot an mbox here\n`)
    await place('Maildir/tmp/1.half', 'A: 3\n\n')
    await place('Maildir/dovecot.index', '\0\0')
    await place(`Maildir/.Spam/new/${seconds + 2}.M4.host`, 'A: 4\n\n')
    await place('Maildir/.Spam/cur/.keep', 'A: 5\n\n')
    const { events, troubles } = await find(mail, join(folder, 'Maildir'), folder)
    assert.deepEqual(
      events.map(({ ms }) => ms - at).sort((a, b) => a - b),
      [0, 1000, 2000],
    )
    assert.deepEqual(troubles, [])
  })

  test('a folder, and tells what in it is no mail, no file, or a link, which it does not follow', async () => {
    await place('folder/a.eml', 'no header at all')
    await place('folder/deep/b', `${line}\nA: b\n`)
    await place('folder/c', 'A: b\n')
    await place('folder/.hidden', 'A: b\n')
    await place('folder/program', '\x7fELF\0\0\n')
    await place('outside.eml', 'A: b\n')
    await symlink(join(folder, 'outside.eml'), join(folder, 'folder', 'link.eml'))
    await symlink(join(folder), join(folder, 'folder', 'loop'))
    execFileSync('mkfifo', [join(folder, 'folder', 'pipe.eml')])
    const { events, troubles } = await find(mail, join(folder, 'folder'), folder)
    assert.deepEqual(events.map(({ file }) => file.slice(folder.length)).sort(), [
      '/folder/a.eml',
      '/folder/c',
      '/folder/deep/b',
    ])
    assert.deepEqual(troubles.map(({ file, reason }) => `${file.split('/').at(-1)}: ${reason}`).sort(), [
      'link.eml: links, which are not followed',
      'loop: links, which are not followed',
      'pipe.eml: not a regular file',
      'program: files that are no mail',
    ])
  })

  test('file names of any bytes, and folders only so deep', async () => {
    const odd = Buffer.concat([
      Buffer.from(join(folder, 'odd/')),
      Buffer.from([0x61, 0xff, 0x0a]),
      Buffer.from('.eml'),
    ])
    await mkdir(join(folder, 'odd', ...Array<string>(12).fill('d')), { recursive: true })
    await writeFile(odd, 'A: b\n')
    const { events, troubles } = await find(mail, join(folder, 'odd'), folder)
    assert.equal(events[0]!.file, odd.toString('latin1'))
    assert.match(troubles[0]!.reason, /deeper than 8/)
  })

  test('what is named on the command line, also by a link, and refuses what is no file', async () => {
    const file = await place('real.eml', 'A: b\n')
    await symlink(file, join(folder, 'named'))
    assert.equal((await find(mail, join(folder, 'named'), folder)).events.length, 1)
    assert.match((await find(mail, '/dev/null', folder)).troubles[0]!.reason, /not a regular file/)
    await assert.rejects(find(mail, join(folder, 'nothing'), folder), { code: 'ENOENT' })
  })

  test('past a message that is too large, and one without a byte, telling where they are', async () => {
    const file = join(folder, 'large.mbox')
    const handle = await open(file, 'w')
    await handle.write(`${line}\nA: b\n\n${line}\n`)
    for (let left = maxMessageBytes + 1; left > 0; left -= 1_000_000)
      await handle.write(`${'x'.repeat(Math.min(left, 1_000_000) - 1)}\n`)
    await handle.write(`\n${line}\n\n${line}\nC: d\n`)
    await handle.close()
    const spool = join(folder, 'spooled')
    const { events, troubles } = await find(mail, file, spool, { spillBytes: 1000, memoryBytes: 1e9 })
    assert.deepEqual(
      events.map(({ bytes }) => bytes.toString()),
      ['A: b\n', 'C: d\n'],
    )
    assert.deepEqual(
      troubles.map(({ reason }) => reason),
      [`messages of more than ${maxMessageBytes} bytes`, 'messages without a byte'],
    )
    assert.equal(troubles[0]!.offset, line.length + 7)
    assert.deepEqual(await readdir(join(spool, 'spool')), [])
  })
})

describe('the time of a stored mail', () => {
  const now = at + 1e9
  const none = {
    fromLineMs: undefined,
    name: 'x.eml',
    maildir: false,
    receivedMs: undefined,
    dateMs: undefined,
    writtenMs: at + 9000,
  }
  for (const [name, times, ms] of [
    ['is what the mbox line says', { fromLineMs: at, receivedMs: at + 1 }, at],
    [
      'is what sundew mail export put in the name',
      { name: `20261105T010848Z-${'0'.repeat(36)}.eml`, dateMs: 1 },
      at,
    ],
    ['is what a Maildir’s name says', { name: `${at / 1000}.x`, maildir: true, receivedMs: 1 }, at],
    ['is not read from a name elsewhere', { name: `${at / 1000}.x`, receivedMs: at + 5 }, at + 5],
    ['is the topmost Received before Date', { receivedMs: at, dateMs: at + 1 }, at],
    ['is Date before the file’s own', { dateMs: at }, at],
    ['is the file’s own where nothing else is there', {}, at + 9000],
    ['is never in the future', { fromLineMs: now + 1, receivedMs: now + 1, dateMs: at }, at],
    ['is never before 1971', { fromLineMs: 0, dateMs: -1 }, at + 9000],
    ['is now where a file comes from the future', { writtenMs: now + 1 }, now],
  ] as const) {
    test(name, () => assert.equal(mailTime({ ...none, ...times }, now), ms))
  }
})

import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { FileRow, MailRow } from '../../src/hub/api/contract.ts'
import { startKept, type Kept } from './kept.ts'
import { sundew, type Ended } from './sundew.ts'

const hostileId = '019ab2c4-0000-7000-8000-000000000001'
const hostile = Buffer.from(
  'Subject: \x1b]52;c;eA==\x07 \xe2\x80\xaegnp.exe\xff\r\nX-Long: a\r\n\tfolded\r\n\r\nFrom here\r\n\0\x1b[2Jbody\r\n',
  'latin1',
)
const acts = /[\x00-\x09\x0b-\x1f\x7f]/

let kept: Kept
const run = (...args: string[]): Promise<Ended> => sundew([...args, '--data', kept.data])

before(async () => {
  kept = await startKept()
  await kept.mail({
    id: hostileId,
    raw: hostile,
    from: Buffer.from('evil\x9b\r\n../../x@example.net', 'latin1'),
    to: ['a@example.org', 'b@example.org'],
    source: '203.0.113.9',
    campaign: 'hostile',
  })
  // Many at the very same time, so that they lie across the edges of pages.
  await kept.writer.command({
    query: `INSERT INTO mails (id, time, source_ip, mail_from, raw, raw_size, stored, subject, campaign)
      SELECT generateUUIDv7(), toDateTime64('2026-11-20 00:00:00', 9, 'UTC') + toIntervalSecond(intDiv(number, 700)), toIPv6('198.51.100.7'),
        'bulk@example.net', 'Subject: bulk\\r\\n\\r\\n', 17, 'inline', concat('bulk ', toString(number)), 'bulk' FROM numbers(2500)`,
  })
})

after(() => kept[Symbol.asyncDispose]())

describe('sundew mail', () => {
  test('list shows who sent what, and lets nothing of it act', async () => {
    const { code, stdout } = await run('mail', 'list', '--address', '203.0.113.0/24')
    assert.equal(code, 0)
    const [head, line, ...more] = stdout.split('\n')
    assert.match(head ?? '', /^id +time \(UTC\) +ip +size +from +to +subject$/)
    assert.match(
      line ?? '',
      new RegExp(
        `^${hostileId} +2026-11-25 01:08:48 +203\\.0\\.113\\.9 .*evil\\\\x9b\\\\x0d.*a@example\\.org \\+1 +.*\\\\x1b\\]52;c;eA==\\\\x07`,
      ),
    )
    assert.deepEqual(more, [''])
    assert.doesNotMatch(stdout, acts)
  })

  test('list turns its pages without losing or doubling one, however many share a time', async () => {
    const { code, stdout } = await run('mail', 'list', '--campaign', 'bulk', '--limit', '10000', '--json')
    assert.equal(code, 0)
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as MailRow)
    assert.equal(rows.length, 2500)
    assert.equal(new Set(rows.map((row) => row.id)).size, 2500)
    const some = await run('mail', 'list', '--campaign', 'bulk', '--limit', '1234', '--json')
    assert.equal(some.stdout.trim().split('\n').length, 1234)
  })

  test('list says what is wrong with a filter', async () => {
    const { code, stderr } = await run('mail', 'list', '--address', 'nobody')
    assert.equal(code, 2)
    assert.match(stderr, /^SUNDEW_API_REQUEST: /)
  })

  test('show tells the envelope and the headers, escaped', async () => {
    const { code, stdout } = await run('mail', 'show', hostileId)
    assert.equal(code, 0)
    assert.match(stdout, /^recipient +b@example\.org$/m)
    assert.match(stdout, /^Subject: \\x1b\]52;c;eA==\\x07 \\xe2\\x80\\xaegnp\.exe\\xff$/m)
    assert.match(stdout, /^X-Long: a\n +folded$/m)
    assert.doesNotMatch(stdout, /body/)
    assert.doesNotMatch(stdout, acts)
  })

  test('show --raw gives the bytes as they came', async () => {
    const { code, stdout } = await run('mail', 'show', '--raw', hostileId)
    assert.equal(code, 0)
    assert.equal(stdout, hostile.toString('latin1'))
  })

  test('show of a mail that is not there ends with 1', async () => {
    const { code, stderr } = await run('mail', 'show', '019ab2c4-0000-7000-8000-0000000000ff')
    assert.equal(code, 1)
    assert.match(stderr, /^SUNDEW_API_NOT_FOUND: /)
  })

  test('export makes .eml files with the bytes as they came, named by us, for the owner alone', async () => {
    const to = join(kept.data, 'eml')
    for (let again = 0; again < 2; again++) {
      const { code, stderr } = await run('mail', 'export', '--campaign', 'hostile', '--to', to)
      assert.equal(code, 0, stderr)
    }
    assert.deepEqual(await readdir(to), [`20261125T010848Z-${hostileId}.eml`])
    const file = join(to, `20261125T010848Z-${hostileId}.eml`)
    assert.deepEqual(await readFile(file), hostile)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.equal((await stat(to)).mode & 0o777, 0o700)
  })

  test('export makes a Maildir whose mails are whole in new, and an mbox that is not written over', async () => {
    const to = join(kept.data, 'Maildir')
    assert.equal(
      (await run('mail', 'export', '--format', 'maildir', '--campaign', 'bulk', '--limit', '50', '--to', to))
        .code,
      0,
    )
    assert.deepEqual(
      [
        (await readdir(join(to, 'new'))).length,
        await readdir(join(to, 'tmp')),
        await readdir(join(to, 'cur')),
      ],
      [50, [], []],
    )
    for (const name of await readdir(join(to, 'new'))) assert.match(name, /^\d+\.[0-9a-f-]{36}\.sundew$/)

    const mbox = join(kept.data, 'all.mbox')
    const made = await run('mail', 'export', '--format', 'mbox', '--campaign', 'hostile', '--to', mbox)
    assert.equal(made.code, 0)
    const text = await readFile(mbox, 'latin1')
    assert.match(text, /^From evil\S*example\.net Wed Nov 25 01:08:48 2026\nSubject: /)
    assert.ok(text.endsWith('\n\n>From here\n\0\x1b[2Jbody\n\n'))
    const again = await run('mail', 'export', '--format', 'mbox', '--to', mbox)
    assert.equal(again.code, 2)
    assert.match(again.stderr, /is there already/)
    assert.equal(await readFile(mbox, 'latin1'), text)
  })

  test('export to where no folder can be made says so at once', async () => {
    const file = join(kept.data, 'a-file')
    await writeFile(file, '')
    for (const command of [
      ['mail', 'export'],
      ['mail', 'export', '--format', 'maildir'],
      ['files', 'export'],
    ]) {
      for (const to of ['/proc/sundew/mails', join(file, 'mails'), file]) {
        const began = performance.now()
        const { code, stderr } = await run(...command, '--to', to)
        assert.ok(performance.now() - began < 10_000, `${command.join(' ')} hung`)
        assert.notEqual(code, 0)
        assert.match(stderr, /^SUNDEW_(FOLDER_IMPOSSIBLE: tried to make the folder \/|SYSTEM: .*ENOTDIR)/)
      }
    }
  })

  test('export where nothing can be written says so', async () => {
    const occupied = join(kept.data, 'occupied')
    await writeFile(occupied, 'a file')
    const { code, stderr } = await run(
      'mail',
      'export',
      '--campaign',
      'hostile',
      '--to',
      join(occupied, 'here'),
    )
    assert.equal(code, 69)
    assert.match(stderr, /^SUNDEW_SYSTEM: .*occupied/)
  })
})

describe('sundew files', () => {
  test('list and show tell what they are called and what they are', async () => {
    const sha256 = await kept.file(Buffer.from('\x7fELF'), '../../etc/\x1b[2J\u202e', '2026-11-25T02:00:00Z')
    const listed = await run('files', 'list', '--limit', '5')
    assert.equal(listed.code, 0)
    assert.match(
      listed.stdout,
      new RegExp(`^${sha256} .*application/x-elf.*\\.\\./\\.\\./etc/\\\\x1b\\[2J`, 'm'),
    )
    assert.doesNotMatch(listed.stdout, acts)
    const shown = await run('files', 'show', sha256.slice(0, 10).toUpperCase())
    assert.match(shown.stdout, new RegExp(`^sha256 +${sha256}$`, 'm'))
    const json = await run('files', 'show', sha256, '--json')
    assert.equal((JSON.parse(json.stdout) as FileRow).sha256, sha256)
    const none = await run('files', 'show', '0'.repeat(8))
    assert.equal(none.code, 1)
    assert.match(none.stderr, /^SUNDEW_FILE_UNKNOWN: /)
  })

  test('export names them by what they hold, never executable, and tells a damaged one', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 256))
    const sha256 = await kept.file(bytes, '/bin/sh')
    await chmod(kept.fileOf(sha256), 0o755)
    const to = join(kept.data, 'captured')
    await mkdir(to)
    assert.equal((await run('files', 'export', '--to', to)).code, 0)
    const file = join(to, sha256)
    assert.deepEqual(await readFile(file), bytes)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.ok((await readdir(to)).every((name) => /^[0-9a-f]{64}$/.test(name)))

    await writeFile(kept.fileOf(sha256), 'other bytes')
    const other = join(kept.data, 'damaged')
    const damaged = await run('files', 'export', sha256, '--to', other)
    assert.equal(damaged.code, 70)
    assert.match(damaged.stderr, new RegExp(`^SUNDEW_FILE_DAMAGED: .*${sha256}`))
    assert.deepEqual(await readdir(other), [])
  })
})

describe('sundew query', () => {
  const sql = 'SELECT campaign, count() AS n FROM mails GROUP BY campaign ORDER BY n DESC'

  test('prints rows in each format, from an argument or standard input', async () => {
    assert.equal((await run('query', '-f', 'csv', sql)).stdout, '"campaign","n"\n"bulk",2500\n"hostile",1\n')
    assert.equal((await run('query', '-f', 'tsv', sql)).stdout, 'campaign\tn\nbulk\t2500\nhostile\t1\n')
    const json = await sundew(['query', '-f', 'json', '-', '--data', kept.data], { input: `${sql}\n` })
    assert.deepEqual(
      json.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { campaign: string }).campaign),
      ['bulk', 'hostile'],
    )
    const table = await run('query', sql)
    assert.match(Buffer.from(table.stdout, 'latin1').toString(), /bulk +│ 2500 │/)
  })

  test('takes parameters, and shows in a table nothing that acts', async () => {
    const { code, stdout } = await run(
      'query',
      '-p',
      `id=${hostileId}`,
      'SELECT raw FROM mails WHERE id = toUUID({id:String})',
    )
    assert.equal(code, 0)
    assert.match(stdout, /Subject: /)
    // ClickHouse lays a value of several lines out in several; a tab moves nobody.
    assert.doesNotMatch(stdout, /[\x00-\x08\x0b-\x1f\x7f]/)
  })

  test('says what ClickHouse says of a mistake, with 2, and can change nothing', async () => {
    const wrong = await run('query', 'SELEC 1')
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, /^SUNDEW_QUERY: [\s\S]*\(ClickHouse 62 /)
    for (const change of [
      'DROP TABLE mails',
      'ALTER TABLE mails DELETE WHERE 1',
      'INSERT INTO campaigns (id) VALUES (1)',
      "SELECT * FROM url('http://127.0.0.1:1/')",
    ]) {
      const { code, stderr } = await run('query', change)
      assert.equal(code, 2, `${change}: ${stderr}`)
    }
    assert.match((await run('query', '-f', 'csv', 'SELECT count() FROM mails')).stdout, /2501/)
  })
})

describe('sundew report spammers', () => {
  test('prints the table of the post, and more with --wide', async () => {
    const tsv = await run('report', 'spammers', '--days', '3650', '--tsv')
    assert.equal(tsv.stdout, 'ip\tspam_mails\n198.51.100.7\t2500\n203.0.113.9\t1\n')
    const people = await run('report', 'spammers', '--days', '3650')
    assert.equal(
      people.stdout,
      'ip            spam_mails\n198.51.100.7        2500\n203.0.113.9            1\n',
    )
    const wide = await run('report', 'spammers', '--days', '3650', '--wide', '--csv', '--limit', '1')
    assert.equal(
      wide.stdout,
      'ip,spam_mails,campaigns,bytes,first_seen,last_seen\n198.51.100.7,2500,1,42500,2026-11-20 00:00:00,2026-11-20 00:00:03\n',
    )
    const json = await run('report', 'spammers', '--days', '3650', '--json', '--limit', '1')
    assert.deepEqual(
      (JSON.parse(json.stdout) as { ip: string }[]).map(({ ip }) => ip),
      ['198.51.100.7'],
    )
    assert.equal((await run('report', 'spammers', '--json', '--csv')).code, 2)
  })
})

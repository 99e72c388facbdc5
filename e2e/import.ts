import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { E2eCheck } from './check.ts'
import { firewallChecks } from './import/firewall.ts'
import { Instance, sundewBin } from './instance.ts'
import { sendMails } from './send-mails.ts'

const run = promisify(execFile)
const hostile = Buffer.from('Subject: \x1b[2J\xff\n\nFrom here\n>From there\n\0\n\nend\n', 'latin1')

async function sundew(dataDir: string, ...args: string[]): Promise<string> {
  const { stderr } = await run(process.execPath, [sundewBin, ...args, '--data', dataDir])
  return stderr
}

export const checks: readonly E2eCheck[] = [
  {
    name: 'what sundew mail export wrote as eml, Maildir and mbox, sundew import mail brings into another Sundew, byte for byte',
    needs: [],
    async run({ dataDir, ports, temp, query, waitFor }) {
      const before = join(temp, 'hostile.eml')
      await writeFile(before, hostile)
      await sundew(dataDir, 'import', 'mail', before)
      await sendMails({ from: '127.0.0.1', port: ports.smtp, mails: 20 })
      await waitFor(async () => {
        const [row] = await query("SELECT count() AS n FROM mails WHERE via != 'import'")
        return Number(row?.['n']) >= 20
      })
      const counts =
        "SELECT raw_sha256 AS sha, count() AS n, any(position(raw, '\\r\\n') > 0) AS crlf FROM mails GROUP BY sha ORDER BY sha"
      const other = join(temp, 'other')
      await mkdir(other)
      for (const format of ['eml', 'maildir', 'mbox']) {
        const to = join(temp, format)
        await sundew(dataDir, 'mail', 'export', '--format', format, '--to', to)
        // Before its first start: the mails wait in the journal.
        assert.match(await sundew(other, 'import', 'mail', '--again', to), /wait in the journal/)
      }
      await using instance = await Instance.start({ data: other })
      await instance.stored()
      const got = new Map((await instance.query(counts)).map(({ sha, n }) => [sha, Number(n)]))
      for (const { sha, n, crlf } of await query(counts)) {
        // An mbox has lines ending in LF: those of CRLF come back as another message.
        assert.equal(got.get(sha), Number(n) * (Number(crlf) ? 2 : 3), String(sha))
      }
      assert.ok((await readdir(join(temp, 'eml'))).length > 20)
      assert.ok((await readFile(join(temp, 'mbox'), 'latin1')).includes('\n\n>From here\n>>From there\n'))
    },
  },
  {
    name: 'sundew import mail brings an mbox of 300 days into a running Sundew, each mail once, and waits until it is stored',
    needs: [],
    async run(context) {
      const file = join(context.temp, 'old.mbox')
      const day = 86_400_000
      const mails = Array.from({ length: 600 }, (_, i) => {
        const [weekday, date, month, year, time] = new Date(Date.now() - (i % 300) * day - 60_000)
          .toUTCString()
          .split(/,? /)
        return `From a@b.example ${weekday} ${month} ${date} ${time} ${year}\nReceived: from h ([192.0.2.7]) by x\nSubject: ${i}\n\nbuy ${i}\n\n`
      })
      await writeFile(file, mails.join(''))
      assert.match(
        await sundew(context.dataDir, 'import', 'mail', file),
        /^600 mails imported\n.*in the store\.\n$/,
      )
      assert.match(await sundew(context.dataDir, 'import', 'mail', file), /600 left out: imported before/)
      const [row] = await context.query(
        "SELECT count() AS n, uniqExact(toDate(time)) AS days, any(toString(source_ip)) AS source FROM mails WHERE mail_from = 'a@b.example'",
      )
      assert.deepEqual([Number(row?.['n']), Number(row?.['days']), row?.['source']], [600, 300, '::'])
      const [event] = await context.query(
        "SELECT toString(fields.claimed_ip) AS ip FROM events WHERE service = 'import' AND mail_from = 'a@b.example' LIMIT 1",
      )
      assert.equal(event?.['ip'], '192.0.2.7')
    },
  },
  ...firewallChecks,
]

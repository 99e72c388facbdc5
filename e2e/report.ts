import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { E2eCheck } from './check.ts'
import { sundewBin } from './instance.ts'
import { sendMails } from './send-mails.ts'

const run = promisify(execFile)
const table = join(import.meta.dirname, '..', 'testdata', 'honeypot', 'ruberg-top10-spammers.tsv')
/** The post's counts divided by this. */
const scale = 100

export const checks: readonly E2eCheck[] = [
  {
    name: 'sundew report spammers prints the table of the 2016 post, a hundredth of its mails through the real SMTP port',
    needs: [],
    async run({ ports, dataDir, query, waitFor }) {
      const rows = (await readFile(table, 'utf8'))
        .split('\n')
        .slice(2)
        .filter((line) => line !== '')
        .map((line, i) => ({
          from: `127.1.0.${i + 1}`,
          mails: Math.round(Number(line.split('\t')[1]) / scale),
        }))
      assert.equal(rows.length, 10)
      const total = rows.reduce((sum, { mails }) => sum + mails, 0)
      // Side by side, so that the order of the table is not the order of arrival.
      await Promise.all(rows.map(({ from, mails }) => sendMails({ from, port: ports.smtp, mails })))
      await waitFor(async () => {
        const [row] = await query(
          "SELECT count() AS n FROM mails WHERE startsWith(toString(source_ip), '::ffff:127.1.0.')",
        )
        return Number(row?.['n']) === total
      }, 60_000)
      const { stdout } = await run(process.execPath, [
        sundewBin,
        'report',
        'spammers',
        '--days',
        '14',
        '--data',
        dataDir,
      ])
      const printed = [...stdout.matchAll(/(127\.1\.0\.\d+)\D+?([\d,. ]*\d)/g)].map(([, ip, count]) => ({
        from: ip,
        mails: Number(count!.replace(/\D/g, '')),
      }))
      assert.deepEqual(
        printed,
        rows.toSorted((a, b) => b.mails - a.mails),
      )
    },
  },
]

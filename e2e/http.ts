import assert from 'node:assert/strict'
import { execFile, type ExecFileOptions } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import type { E2eCheck, E2eContext, Need } from './check.ts'

const exec = promisify(execFile)
const curl: Need = { command: 'curl', package: 'curl' }
const openssl: Need = { command: 'openssl', package: 'openssl' }
const file: Need = { command: 'file', package: 'file' }
/** Every byte there is, line ends and NULs among them. */
const awkward = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
  Buffer.from('\r\n--\r\n'),
])

async function run(command: string, args: readonly string[], options: ExecFileOptions = {}): Promise<string> {
  const { stdout } = await exec(command, args, { timeout: 60_000, encoding: 'utf8', ...options })
  return String(stdout)
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Waits until bytes are in the file store, and compares them. */
async function kept(context: E2eContext, bytes: Uint8Array, name: string, via: string): Promise<void> {
  const digest = sha256(bytes)
  const row = await context.waitFor(async () => {
    const rows = await context.query(
      `SELECT name, via, size FROM files WHERE sha256 = '${digest}' AND service = 'http' LIMIT 1`,
    )
    return rows[0]
  })
  assert.deepEqual([row['name'], row['via'], Number(row['size'])], [name, via, bytes.length])
  const path = join(context.dataDir, 'files', digest.slice(0, 2), digest.slice(2, 4), digest)
  assert.deepEqual(await readFile(path), Buffer.from(bytes), 'the bytes kept are the bytes sent')
}

async function fresh(context: E2eContext, name: string, bytes: Uint8Array): Promise<string> {
  await mkdir(context.temp, { recursive: true })
  const path = join(context.temp, name)
  await writeFile(path, bytes)
  return path
}

export const checks: readonly E2eCheck[] = [
  {
    name: 'curl fetches samples that are what they claim',
    needs: [curl, file, { command: 'unzip', package: 'unzip' }],
    run: async ({ ports, temp }) => {
      for (const [extension, kind] of [
        ['exe', /PE32 executable/],
        ['pdf', /PDF document/],
        ['zip', /Zip archive/],
        ['docx', /Microsoft Word/],
        ['png', /PNG image/],
      ] as const) {
        const path = join(temp, `sample.${extension}`)
        await run('curl', ['-sf', '-o', path, `http://127.0.0.1:${ports.http}/get/invoice.${extension}`])
        assert.match(await run('file', ['-b', path]), kind)
      }
      await run('unzip', ['-tq', join(temp, 'sample.zip')])
      await run('unzip', ['-tq', join(temp, 'sample.docx')])
    },
  },
  {
    name: 'curl uploads by PUT and by form, and every byte is kept',
    needs: [curl],
    run: async (context) => {
      const put = Buffer.concat([awkward, randomBytes(2_000_000)])
      const posted = Buffer.concat([awkward, randomBytes(50_000)])
      const base = `http://127.0.0.1:${context.ports.http}`
      const putPath = await fresh(context, 'put.bin', put)
      const postPath = await fresh(context, 'post.bin', posted)
      const created = await run('curl', [
        '-s',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        '-T',
        putPath,
        `${base}/x/put.bin`,
      ])
      assert.equal(created, '201')
      const form = ['-F', 'comment=hello', '-F', `f=@${postPath};type=application/x-thing`]
      const answered = await run('curl', [
        '-s',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        ...form,
        `${base}/upload`,
      ])
      assert.equal(answered, '200')
      await kept(context, put, 'put.bin', 'put')
      await kept(context, posted, 'post.bin', 'multipart')
    },
  },
  {
    name: 'curl logs in with Basic, and name and password are kept',
    needs: [curl],
    run: async (context) => {
      const password = randomBytes(6).toString('hex')
      await run('curl', [
        '-s',
        '-u',
        `root:${password}`,
        `http://127.0.0.1:${context.ports.http}/manager/html`,
      ])
      const row = await context.waitFor(async () => {
        const rows = await context.query(
          `SELECT user_name, toString(fields.mechanism) AS mechanism FROM events WHERE kind = 'login.attempt' AND password = '${password}'`,
        )
        return rows[0]
      })
      assert.deepEqual(row, { user_name: 'root', mechanism: 'basic' })
    },
  },
  {
    name: 'openssl sees a certificate for the name it asks for, and the JA4 of openssl is kept',
    needs: [openssl],
    run: async (context) => {
      const name = 'shop.example.org'
      const child = execFile(
        'openssl',
        ['s_client', '-connect', `127.0.0.1:${context.ports.https}`, '-servername', name],
        {
          timeout: 20_000,
        },
      )
      child.stdin?.end()
      let shown = ''
      for await (const chunk of child.stdout!) shown += String(chunk)
      assert.match(shown, new RegExp(`subject=CN ?= ?${name.replaceAll('.', '\\.')}`))
      const row = await context.waitFor(async () => {
        const rows = await context.query(
          "SELECT fingerprint FROM events WHERE kind = 'client.fingerprint' AND toString(fields.server_name) = 'shop.example.org'",
        )
        return rows[0]
      })
      assert.match(String(row['fingerprint']), /^t13d\d{4}00_[0-9a-f]{12}_[0-9a-f]{12}$/)
    },
  },
  {
    name: 'wget fetches a page over HTTPS and its time',
    needs: [{ command: 'wget', package: 'wget' }],
    run: async ({ ports, temp }) => {
      const path = join(temp, 'page.html')
      await run('wget', [
        '-q',
        '-S',
        '--no-check-certificate',
        '-O',
        path,
        `https://localhost:${ports.https}/`,
      ])
      assert.match(await readFile(path, 'utf8'), /It works!/)
    },
  },
  {
    name: 'nmap names Apache on Debian',
    needs: [{ command: 'nmap', package: 'nmap' }],
    run: async ({ ports }) => {
      const shown = await run('nmap', ['-sV', '-Pn', '-p', String(ports.http), '127.0.0.1'], {
        timeout: 110_000,
      })
      assert.match(shown, /Apache httpd 2\.4\.\d+ \(\(Debian\)\)/)
    },
  },
  {
    name: 'Chromium opens the page and uploads through a form',
    needs: [{ command: 'chromium', package: 'chromium' }],
    run: async (context) => {
      const bytes = Buffer.concat([awkward, randomBytes(100_000)])
      const path = await fresh(context, 'from chromium.bin', bytes)
      const browser = await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          '--no-first-run',
        ],
      })
      try {
        const page = await browser.newPage({ ignoreHTTPSErrors: true })
        await page.goto(`https://localhost:${context.ports.https}/`)
        assert.equal(await page.title(), 'Apache2 Debian Default Page: It works')
        const action = `https://localhost:${context.ports.https}/upload`
        await page.setContent(
          `<form method="post" enctype="multipart/form-data" action="${action}"><input type="file" name="f"><button>Go</button></form>`,
        )
        await page.setInputFiles('input', path)
        await Promise.all([page.waitForURL(action), page.click('button')])
        assert.match(await page.content(), /uploaded/)
      } finally {
        await browser.close()
      }
      await kept(context, bytes, 'from chromium.bin', 'multipart')
    },
  },
]

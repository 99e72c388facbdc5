import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { E2eCheck, E2eContext } from './check.ts'

const run = promisify(execFile)
const executable = '/usr/bin/chromium'
const browser = { command: executable, package: 'chromium' }
const swaks = { command: 'swaks', package: 'swaks' }
const curl = { command: 'curl', package: 'curl' }

/** A subject that would run, were it not shown as text; and one that would turn a line around. */
const hostileSubject = `<img src=x onerror="document.title='run'"> ${Date.now().toString(36)}`
const turning = 'invoice \u202egnp.exe'

export const checks: readonly E2eCheck[] = [
  {
    name: 'the page opens with the password only, and with nothing in the browser’s log',
    needs: [browser],
    run: (context) =>
      withPage(
        context,
        async (page) => {
          await page.goto(context.consoleUrl)
          await page.fill('#password', 'not the password')
          await page.keyboard.press('Enter')
          await page.getByRole('alert').getByText('That is not the password.').waitFor()
          await page.fill('#password', context.password)
          await page.keyboard.press('Enter')
          await page.getByRole('heading', { name: 'Services' }).waitFor()
          await page.getByText(String(context.ports.smtp), { exact: false }).first().waitFor()
        },
        { expected: 1 },
      ),
  },
  {
    name: 'a mail appears live, its hostile subject is text, and it is downloaded byte for byte',
    needs: [browser, swaks],
    run: (context) =>
      withPage(context, async (page) => {
        await logIn(page, context)
        await page.getByRole('link', { name: 'Live', exact: true }).click()
        await page.getByText('listening').waitFor()
        await page.getByLabel('Kind').selectOption('mail.received')
        await page.getByText('listening').waitFor()
        await sendMail(context, hostileSubject)
        const line = page.locator('details.event', { hasText: hostileSubject }).first()
        await line.waitFor()
        await line.locator('summary').click()
        await line.getByText('sender@spam.example').first().waitFor()

        await page.getByRole('link', { name: 'Mails', exact: true }).click()
        const row = page.getByRole('link', { name: hostileSubject })
        await row.waitFor()
        await row.click()
        await page.getByRole('heading', { name: hostileSubject }).waitFor()
        await page.getByText('http://evil.example/claim?id=1').waitFor()
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByText('Download .eml').click(),
        ])
        assert.match(download.suggestedFilename(), /^[0-9a-f-]{36}\.eml$/)
        const kept = await readFile(await download.path(), 'latin1')
        assert.ok(kept.includes(`Subject: ${hostileSubject}\r\n`), kept)
        assert.equal(await page.title(), 'Sundew')
        assert.equal(await page.locator('main img[src="x"]').count(), 0)
      }),
  },
  {
    name: 'a name that turns its line around is shown with that laid open',
    needs: [browser, swaks],
    run: (context) =>
      withPage(context, async (page) => {
        await logIn(page, context)
        await page.getByRole('link', { name: 'Mails', exact: true }).click()
        await sendMail(context, turning)
        await page
          .getByText(String.raw`invoice \xe2\x80\xaegnp.exe`)
          .first()
          .waitFor()
      }),
  },
  {
    name: 'an upload appears among the files and is downloaded byte for byte, never opened',
    needs: [browser, curl],
    run: (context) =>
      withPage(context, async (page) => {
        const bytes = Buffer.from(`<script>document.title='run'</script>\u0000${Date.now()}`)
        const file = join(context.temp, 'upload.html')
        await writeFile(file, bytes)
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        await logIn(page, context)
        await page.getByRole('link', { name: 'Files', exact: true }).click()
        await run('curl', [
          '-sS',
          '-m',
          '20',
          '-F',
          `file=@${file};filename=../../<b>x.html;type=text/html`,
          `http://127.0.0.1:${context.ports.http}/upload`,
        ])
        const row = page.locator('tr', { hasText: sha256.slice(0, 12) })
        await row.waitFor()
        assert.match(await row.innerText(), /<b>x\.html/)
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          row.getByText('Download').click(),
        ])
        assert.equal(download.suggestedFilename(), `${sha256}.bin`)
        assert.deepEqual(await readFile(await download.path()), bytes)
      }),
  },
  {
    name: 'an attachment appears among the files and beside its mail, byte for byte',
    needs: [browser, swaks],
    run: (context) =>
      withPage(context, async (page) => {
        const bytes = Buffer.from(`MZ\u0000\u00ff attached ${Date.now()}`, 'latin1')
        const file = join(context.temp, 'attached.exe')
        await writeFile(file, bytes)
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        await logIn(page, context)
        await page.getByRole('link', { name: 'Files', exact: true }).click()
        const subject = `attached ${Date.now()}`
        await sendMail(context, subject, ['--attach-name', '../../<b>a.exe', '--attach', `@${file}`])
        const row = page.locator('tr', { hasText: sha256.slice(0, 12) })
        await row.waitFor()
        assert.match(await row.innerText(), /<b>a\.exe/)
        await page.getByRole('link', { name: 'Mails', exact: true }).click()
        await page.getByRole('link', { name: subject }).click()
        const entry = page.locator('li', { hasText: sha256 })
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          entry.getByText('Download').click(),
        ])
        assert.deepEqual(await readFile(await download.path()), bytes)
      }),
  },
  {
    name: 'the live view can be paused, held events come when it goes on, and a reload keeps the filter',
    needs: [browser, swaks],
    run: (context) =>
      withPage(context, async (page) => {
        await logIn(page, context)
        await page.goto(`${context.consoleUrl}/live?kind=mail.received&address=127.0.0.0/8`)
        await page.getByText('listening').waitFor()
        await page.getByRole('button', { name: 'Pause' }).click()
        const subject = `held ${Date.now()}`
        await sendMail(context, subject)
        await page.getByText('paused, 1 new').waitFor()
        assert.equal(await page.getByText(subject).count(), 0)
        await page.getByRole('button', { name: 'Go on' }).click()
        await page.getByText(subject).first().waitFor()
        await page.reload()
        assert.equal(await page.getByLabel('Kind').inputValue(), 'mail.received')
        await page.getByText(subject).first().waitFor()
      }),
  },
  {
    name: 'every page is drawn in light and in dark, and works from the keyboard',
    needs: [browser, swaks],
    run: async (context) => {
      const subject = `drawn ${Date.now()}`
      await sendMail(context, subject)
      for (const colorScheme of ['light', 'dark'] as const) {
        await withPage(
          context,
          async (page) => {
            await logIn(page, context)
            for (const name of ['Overview', 'Live', 'Mails', 'Files'] as const) {
              await page.getByRole('link', { name, exact: true }).focus()
              await page.keyboard.press('Enter')
              await page.getByRole('heading', { name, exact: true, level: 1 }).waitFor()
              // Something of the mail is on each page but the last, which says that there is no file or shows some.
              const sign = {
                Overview: 'mail.received',
                Live: subject,
                Mails: subject,
                Files: /No file yet|Download/,
              }
              await page.getByText(sign[name]).first().waitFor()
              assert.equal(await page.getByRole('alert').count(), 0, name)
              await page.screenshot({
                path: join(context.temp, `${name}-${colorScheme}.png`),
                fullPage: true,
              })
            }
            // As text, since these programs have no types of the browser's.
            const colours = await page.evaluate<string[]>(
              '[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]',
            )
            const [paper = 0, ink = 0] = colours.map(brightness)
            assert.ok(colorScheme === 'light' ? paper > ink : paper < ink, `${colorScheme}: ${paper} ${ink}`)
          },
          { colorScheme },
        )
      }
    },
  },
  {
    name: 'after logging out every address asks for the password',
    needs: [browser],
    run: (context) =>
      withPage(context, async (page) => {
        await logIn(page, context)
        await page.getByRole('button', { name: 'Log out' }).click()
        await page.locator('#password').waitFor()
        await page.goto(`${context.consoleUrl}/mails`)
        await page.locator('#password').waitFor()
      }),
  },
]

interface PageOptions {
  readonly colorScheme?: 'light' | 'dark'
  /** Errors that belong to the check: the browser logs every answer that says no. */
  readonly expected?: number
}

/** A page in a browser of its own; fails on anything in its log, and on any request that leaves this Sundew. */
async function withPage(
  context: E2eContext,
  work: (page: Page) => Promise<void>,
  { colorScheme = 'light', expected = 0 }: PageOptions = {},
): Promise<void> {
  const chrome: Browser = await chromium.launch({
    executablePath: executable,
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
    const page = await chrome.newPage({
      colorScheme,
      reducedMotion: 'reduce',
      viewport: { width: 1280, height: 860 },
    })
    page.setDefaultTimeout(20_000)
    const complaints: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => {
      if (!request.url().startsWith(`${context.consoleUrl}/`)) complaints.push(`asked for ${request.url()}`)
    })
    await work(page)
    assert.equal(complaints.length, expected, complaints.join('\n'))
  } finally {
    await chrome.close()
  }
}

/** The sum of a colour's red, green and blue. */
function brightness(colour: string): number {
  const parts = (colour.match(/[\d.]+/g) ?? []).slice(0, 3)
  return parts.reduce((sum, part) => sum + Number(part), 0)
}

async function logIn(page: Page, context: E2eContext): Promise<void> {
  await page.goto(context.consoleUrl)
  await page.fill('#password', context.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
}

async function sendMail(context: E2eContext, subject: string, more: readonly string[] = []): Promise<void> {
  await run('swaks', [
    '--server',
    '127.0.0.1',
    '--port',
    String(context.ports.smtp),
    '--timeout',
    '20',
    '--from',
    'sender@spam.example',
    '--to',
    'victim@example.org',
    '--header',
    `Subject: ${subject}`,
    '--body',
    'Claim it at http://evil.example/claim?id=1 now',
    ...more,
  ])
}

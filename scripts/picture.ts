// npm run picture: docs/console.png, the page of a whole Sundew to which a few mails and files were brought. Needs Debian's chromium.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { Instance, waitFor } from '../e2e/instance.ts'
import { sendMails } from '../e2e/send-mails.ts'

const root = join(import.meta.dirname, '..')
const senders = [
  ['127.1.0.1', 'Your invoice', 42],
  ['127.1.0.2', 'Cheap watches', 17],
  ['127.1.0.3', 'relay test', 3],
] as const

await using instance = await Instance.start()
for (const [from, mark, mails] of senders) {
  await sendMails({
    from,
    mark,
    mails,
    port: instance.ports.smtp,
    body: () => `See http://shop.example/${mark.length} today.\r\n`,
  })
}
const web = `http://127.0.0.1:${instance.ports.http}`
await (await fetch(`${web}/setup.exe`)).arrayBuffer()
await (await fetch(`${web}/upload.sh`, { method: 'PUT', body: '#!/bin/sh\necho harmless\n' })).arrayBuffer()
await (
  await fetch(`${web}/up.pdf`, {
    method: 'PUT',
    body: await readFile(join(root, 'packages/sundew/assets/samples/sample.pdf')),
  })
).arrayBuffer()
await waitFor(async () => (await instance.query('SELECT count() AS n FROM files'))[0]?.['n'] === 2)
await instance.stored()

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
  const page = await browser.newPage({ viewport: { width: 1280, height: 820 } })
  await page.goto(instance.url)
  await page.getByLabel('Password').fill(instance.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Overview', exact: true, level: 1 }).waitFor()
  await page.getByText('mail.received').first().waitFor()
  await page.waitForLoadState('networkidle').catch(() => {})
  await page.screenshot({ path: join(root, 'docs', 'console.png') })
} finally {
  await browser.close()
}

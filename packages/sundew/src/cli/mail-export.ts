import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Option, type Command } from 'commander'
import type { MailRow } from '../hub/api/contract.ts'
import { Hub } from './client.ts'
import { usage } from './failure.ts'
import { makeFolder } from './folder.ts'
import { globals } from './globals.ts'
import { mailRows, withMailFilter, type MailFilter } from './mail-filter.ts'
import { mboxMessage } from './mbox.ts'
import { note } from './output.ts'
import { Progress } from './progress.ts'
import { forEach, ownId, take, writeAll } from './take.ts'
import { countText } from './text.ts'

interface ExportOptions extends MailFilter {
  readonly format: 'eml' | 'mbox' | 'maildir'
  readonly to: string
}

/** Adds `sundew mail export`. */
export function mailExport(mails: Command): void {
  withMailFilter(mails.command('export').description('mails as files for other programs'))
    .addOption(
      new Option('-f, --format <format>', 'eml: a file a mail; mbox: one file; maildir: a Maildir')
        .choices(['eml', 'mbox', 'maildir'])
        .default('eml'),
    )
    .requiredOption('-t, --to <path>', 'the folder (eml, maildir) or the new file (mbox)')
    .addHelpText(
      'after',
      `
Examples:
  sundew mail export --since 24h --to spam/
  sundew mail export --format mbox --campaign 3f2a --to campaign.mbox
  sundew mail export --format maildir --to ~/Maildir/.spam

Files in eml and maildir hold the message byte for byte; mbox has lines ending in LF and mboxrd quoting. File names are
made of times and ids of ours, files are readable by you alone. An export that is run again writes what is missing.
`,
    )
    .action(async (options: ExportOptions, command: Command) => {
      const hub = await Hub.find(globals(command).paths)
      using progress = new Progress('mails exported')
      await exporters[options.format](hub, options, progress)
      note(`${countText(progress.count)} mails in ${options.to}`)
    })
}

type Exporter = (hub: Hub, options: ExportOptions, progress: Progress) => Promise<void>

const exporters: Readonly<Record<ExportOptions['format'], Exporter>> = {
  async eml(hub, options, progress) {
    await makeFolder(options.to)
    await forEach(mailRows(hub, options), async (row) => {
      const stamp = row.time.slice(0, 19).replace(/[^0-9T]/g, '')
      await take(await raw(hub, row), options.to, `${stamp}Z-${ownId(row.id)}.eml`)
      progress.step()
    })
  },

  /** Each file is written in `tmp` and moved to `new`, as Maildir's readers expect. */
  async maildir(hub, options, progress) {
    const [tmp, fresh] = ['tmp', 'new', 'cur'].map((name) => join(options.to, name)) as [
      string,
      string,
      string,
    ]
    for (const folder of [tmp, fresh, join(options.to, 'cur')]) {
      await makeFolder(folder)
    }
    await forEach(mailRows(hub, options), async (row) => {
      const seconds = Math.floor(Date.parse(row.time) / 1000)
      await take(await raw(hub, row), fresh, `${seconds}.${ownId(row.id)}.sundew`, tmp)
      progress.step()
    })
  },

  async mbox(hub, options, progress) {
    const part = `${options.to}.part`
    await refuseExisting(options.to)
    const file = await open(part, 'w', 0o600)
    try {
      for await (const row of mailRows(hub, options)) {
        await writeAll(file, mboxMessage(await raw(hub, row), row.mail_from, row.time))
        progress.step()
      }
      await file.sync()
    } catch (error) {
      await dropped(file, part)
      throw error
    }
    await file.close()
    await rename(part, options.to)
  },
}

function raw(hub: Hub, row: MailRow) {
  return hub.open(`/mails/${ownId(row.id)}/raw`)
}

async function refuseExisting(path: string): Promise<void> {
  try {
    await (await open(path, 'wx', 0o600)).close()
    await rm(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw usage(
      `--to ${path} is there already, and an mbox is written whole. Name another file, or remove this one.`,
    )
  }
}

async function dropped(file: FileHandle, part: string): Promise<void> {
  await file.close()
  await rm(part, { force: true })
}

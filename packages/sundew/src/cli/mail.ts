import type { Command } from 'commander'
import { mailExport } from './mail-export.ts'
import { mailList } from './mail-list.ts'
import { mailShow } from './mail-show.ts'

/** Adds `sundew mail`. */
export function mail(program: Command): void {
  const mails = program.command('mail').description('the mails that were accepted')
  mailList(mails)
  mailShow(mails)
  mailExport(mails)
}

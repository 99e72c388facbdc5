import type { Call, Program } from '../../program.ts'
import { appletUsage, isApplet } from '../common/applet.ts'
import { isUtf8 } from '../common/locale-of.ts'
import { quoteLocale } from '../common/quoting.ts'
import { versionText } from '../common/version.ts'
import { help } from './help.ts'
import { manual, type Page } from './manual.ts'
import { type Given, parseOptions } from '../common/option-table.ts'

/** A program that words its options as one of Debian's packages does: their table and help are in the manual. */
export function documented(
  name: string,
  run: (call: Call, given: Given) => Promise<number>,
  more: {
    readonly names?: readonly string[]
    /** Exit status of a wrong usage: 1 where it is left out, 2 for shadow's. */
    readonly failure?: number
    readonly version?: string
    /** Options end at the first word that is none, as for those that run another program. */
    readonly stopsAtOperand?: boolean
    /** A word before options are read: `nice -5`. */
    readonly before?: (args: readonly string[]) => readonly string[]
  } = {},
): Program {
  const page = manual[name]
  if (page === undefined) throw new TypeError(`no page in the manual for ${name}`)
  return {
    names: more.names ?? [name],
    async run(call) {
      // Those that read their words in a way of their own have no table.
      if (page.options === '') return await run(call, parseOptions('', ['--', ...call.args], false))
      const args = more.before === undefined ? call.args : more.before(call.args)
      const given = parseOptions(page.options, args, more.stopsAtOperand === true)
      if (given.error !== undefined && isApplet(call)) {
        await call.stderr.write(`${call.name}: ${given.error}\n${appletUsage(call)}`)
        return 1
      }
      if (given.error !== undefined && name === 'sysctl') {
        await call.stderr.write(`${call.argv0}: ${given.error}\n`)
        await call.stdout.write(help(page, call.argv0, name))
        return 0
      }
      if (given.error !== undefined) {
        await call.stderr.write(
          `${call.argv0}: ${given.error}\n${bytes(call, hint(page, call.argv0, call.name))}`,
        )
        return more.failure ?? (page.family === 'shadow' ? 2 : 1)
      }
      if (given.has('help')) {
        await call.stdout.write(bytes(call, help(page, call.argv0, call.name)))
        return 0
      }
      if (given.has('version')) {
        await call.stdout.write(bytes(call, versionOf(page, call.name, more.version)))
        return 0
      }
      return await run(call, given)
    },
  }
}

/** A wrong usage of the kind that a program finds itself: the message and what follows. */
export async function misused(call: Call, message: string, status = 1): Promise<number> {
  if (isApplet(call)) return usage(call)
  const page = manual[call.name]
  const prefix = page?.family === 'coreutils' ? call.argv0 : call.name
  await call.stderr.write(
    bytes(call, `${prefix}: ${message}\n${page === undefined ? '' : hint(page, call.argv0, call.name)}`),
  )
  return status
}

/** The usage as it comes on standard error, alone. */
export async function usage(call: Call, status = 1): Promise<number> {
  if (isApplet(call)) {
    await call.stderr.write(appletUsage(call))
    return 1
  }
  const page = manual[call.name]
  if (page !== undefined) await call.stderr.write(bytes(call, help(page, call.argv0, call.name)))
  return status
}

/** The usage on standard output. */
export async function printUsage(call: Call): Promise<void> {
  const page = manual[call.name]
  if (page !== undefined) await call.stdout.write(bytes(call, help(page, call.argv0, call.name)))
}

/** `name: message` on standard error. */
export async function complain(call: Call, message: string): Promise<void> {
  const prefix = manual[call.name]?.family === 'coreutils' && !isApplet(call) ? call.argv0 : call.name
  await call.stderr.write(bytes(call, `${prefix}: ${message}\n`))
}

/** As glibc's programs quote: ‘x’ where the locale has such signs, 'x' else. */
export function quoted(call: Call, text: string): string {
  return quoteLocale(text, isUtf8(call))
}

/** Our own text as bytes for the caller's locale; what is bytes already passes. */
export function bytes(call: Call, text: string): string {
  if (!/[^\x00-\xff]/.test(text)) return text
  const utf8 = isUtf8(call) && !isApplet(call)
  return text.replace(/[^\x00-\xff]/g, (sign) => {
    if (utf8) return Buffer.from(sign, 'utf8').toString('latin1')
    return sign === '‘' || sign === '’' ? "'" : (plain[sign] ?? '?')
  })
}

const plain: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '●': '*',
  '○': '*',
  '└': '`',
  '├': '|',
  '─': '-',
}

function hint(page: Page, argv0: string, name: string): string {
  if (name === 'top') return ''
  if (page.family === 'coreutils') return `Try '${argv0} --help' for more information.\n`
  if (page.family === 'util-linux') return `Try '${name} --help' for more information.\n`
  return help(page, argv0, name)
}

function versionOf(page: Page, name: string, own: string | undefined): string {
  if (own !== undefined) return own
  if (page.family === 'util-linux')
    return `${name} from util-linux 2.38.1${name.endsWith('mount') ? ' (libmount 2.38.1: selinux, smack, btrfs, verity, namespaces, assert, debug)' : ''}\n`
  if (page.family === 'procps') return `${name} from procps-ng 4.0.2\n`
  return versionText(name, 'coreutils', authors[name] ?? 'Jim Meyering')
}

const authors: Readonly<Record<string, string>> = {
  uname: 'David MacKenzie',
  id: 'Arnold Robbins and David MacKenzie',
  whoami: 'Richard Mlynarik',
  who: 'Joseph Arceneaux, David MacKenzie, and Michael Stone',
  users: 'Joseph Arceneaux and David MacKenzie',
  date: 'David MacKenzie',
  nproc: 'Giuseppe Scrivano',
  nohup: 'Jim Meyering',
  nice: 'David MacKenzie',
  timeout: 'Padraig Brady',
  sleep: 'Jim Meyering and Paul Eggert',
  env: 'Richard Mlynarik, David MacKenzie, and Assaf Gordon',
  printenv: 'David MacKenzie and Richard Mlynarik',
  tty: 'David MacKenzie',
  df: 'Torbjorn Granlund, David MacKenzie, and Paul Eggert',
  chroot: 'Roland McGrath',
}

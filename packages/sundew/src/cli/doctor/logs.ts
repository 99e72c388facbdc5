import { access, constants, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { expand, folderOf, isPattern } from '../../collectors/tail/patterns.ts'
import type { DnstapStatus, LogStatus } from '../../core/collector-messages.ts'
import { countText } from '../text.ts'
import { fail, ok, warn, type Check, type Finding, type Patient } from './check.ts'

/** How the logs of other programs are followed, and dnstap is taken. */
export const logs: readonly Check[] = [followedLogs, dnstap]

/** Of lines that ought to be read, so many not read are worth a word: one in a hundred. */
const troublingShare = 0.01

async function followedLogs({ config, status }: Patient): Promise<Finding[]> {
  const findings: Finding[] = []
  const followed = status?.flows?.watch?.logs
  for (const { path } of config?.collectors.tail ?? []) {
    const what = `log ${path}`
    if (!followed) {
      findings.push(await reachable(what, resolve(path)))
      continue
    }
    const own = followed.filter((log) => log.path === resolve(path) || covers(path, log.path))
    if (own.length === 0) findings.push(nothingThere(what))
    for (const log of own) findings.push(of(log))
  }
  return findings
}

/** Where Sundew does not run: whether whoever asks could read it. */
async function reachable(what: string, path: string): Promise<Finding> {
  const files = await expand(path)
  const there = []
  for (const file of files) if (await stat(file).catch(() => undefined)) there.push(file)
  if (there.length === 0) return nothingThere(what)
  for (const file of there) {
    try {
      await access(file, constants.R_OK)
    } catch (error) {
      return fail(
        what,
        `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
        'Let the user that runs Sundew read it and its folder (Debian: usermod -aG adm USER).',
      )
    }
  }
  return ok(what, isPattern(path) ? `${countText(there.length)} files, readable` : 'readable')
}

function nothingThere(what: string): Finding {
  return warn(
    what,
    'no such file yet',
    'It is read from its beginning when it comes. If it should be there, see collectors.tail and whether the other program logs.',
  )
}

function covers(pattern: string, path: string): boolean {
  return isPattern(pattern) && path.startsWith(folderOf(resolve(pattern)))
}

function of(log: LogStatus): Finding {
  const what = `log ${log.path}`
  if (log.trouble !== undefined)
    return fail(
      what,
      log.trouble,
      'Let the user that runs Sundew read it and its folder (Debian: usermod -aG adm USER).',
    )
  if (!log.open) return nothingThere(what)
  const unread = log.malformed + log.tooLong
  const found = [
    log.format === '' ? 'format not known yet' : log.format,
    `${countText(log.lines)} lines, ${countText(log.told)} told something`,
    ...(unread > 0 ? [`${countText(unread)} could not be read`] : []),
    ...(log.behind > 0 ? [`${countText(log.behind)} bytes behind`] : []),
  ].join(', ')
  if (log.format === '' && log.lines > 0)
    return warn(
      what,
      `${found}: ${countText(log.unrecognised)} lines are of no format that is known`,
      'Say which it is (collectors.tail[].format), or follow another file; docs/watch.md shows the formats.',
    )
  if (unread > log.lines * troublingShare)
    return warn(
      what,
      log.samples.length > 0 ? `${found}: ${log.samples[0]}` : found,
      'See whether it is the log of another program, or say its format (collectors.tail[].format).',
    )
  return ok(what, found)
}

async function dnstap({ config, status }: Patient): Promise<Finding[]> {
  const settings = config?.collectors.dnstap
  if (!settings) return []
  const told = status?.flows?.watch?.dnstap
  if (told) return [ofDnstap(told)]
  const folder = dirname(resolve(settings.socket))
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
  return [
    writable
      ? ok('dnstap', `${settings.socket} can be made`)
      : fail(
          'dnstap',
          `${folder} cannot be written to`,
          'Make the folder, writable for the user that runs Sundew.',
        ),
  ]
}

function ofDnstap({ socket, clients, frames, told, malformed, refused }: DnstapStatus): Finding {
  const found = `${countText(clients)} name servers connected to ${socket}, ${countText(frames)} frames, ${countText(told)} told a name`
  if (malformed + refused > 0)
    return warn(
      'dnstap',
      `${found}, ${countText(malformed)} could not be read, ${countText(refused)} connections refused`,
      'See that only name servers connect to the socket, and that they send dnstap.',
    )
  if (clients === 0)
    return warn(
      'dnstap',
      found,
      'Tell the name server to send it there; its user must be allowed to write to the socket (collectors.dnstap.mode).',
    )
  return ok('dnstap', found)
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Layout } from '../core/layout.ts'
import { exitCode, Failure } from './failure.ts'

/** What the hub writes to `run/hub.json` while it runs. */
const hubFile = z.object({
  url: z.url({ protocol: /^https?$/ }),
  pid: z.int().positive(),
  /** The PEM file of its certificate, where it speaks TLS: the command line trusts this one and no other. */
  certificate: z.string().optional(),
})

export interface Running extends z.output<typeof hubFile> {
  readonly token: string
}

/**
 * The hub that runs on this data directory.
 * @throws Failure SUNDEW_NOT_RUNNING, SUNDEW_NOT_ALLOWED
 */
export async function findRunning(paths: Layout): Promise<Running> {
  const text = await readOwn(paths.hubFile)
  if (text === undefined) throw notRunning(paths, `there is no ${paths.hubFile}`)
  let hub: z.output<typeof hubFile>
  try {
    hub = hubFile.parse(JSON.parse(text))
  } catch (cause) {
    throw new Failure(
      'SUNDEW_NOT_RUNNING',
      exitCode.unavailable,
      `${paths.hubFile} should say where the hub answers, and cannot be read as such. It is written again at the next start: ${startHint(paths)}`,
      { cause },
    )
  }
  if (!alive(hub.pid)) {
    throw notRunning(paths, `${paths.hubFile} names process ${hub.pid}, which is gone`)
  }
  const tokenFile = join(paths.hub, 'cli-token')
  const token = await readOwn(tokenFile)
  if (token === undefined) throw notRunning(paths, `there is no ${tokenFile} yet`)
  return { ...hub, token: token.trim() }
}

export function notRunning(paths: Layout, why: string, cause?: unknown): Failure {
  return new Failure(
    'SUNDEW_NOT_RUNNING',
    exitCode.unavailable,
    `no Sundew answers for the data in ${paths.data}: ${why}. ${startHint(paths)}`,
    { cause },
  )
}

function startHint(paths: Layout): string {
  return `Start it with: sundew up --data ${paths.data}\nIf it runs on other data, name that with --data DIR or SUNDEW_DATA.`
}

/** Whether a process of this id lives, ours or not. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function readOwn(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new Failure(
      'SUNDEW_NOT_ALLOWED',
      exitCode.unavailable,
      `${file} cannot be read (${code}). It belongs to whoever runs Sundew: run this command as that user.`,
      { cause },
    )
  }
}

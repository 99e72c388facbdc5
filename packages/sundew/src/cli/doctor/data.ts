import { constants, existsSync } from 'node:fs'
import { access, readFile, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { quotaBytes } from '../../config.ts'
import { alive } from '../running.ts'
import { bytesText } from '../text.ts'
import { fail, ok, warn, type Check, type Finding, type Patient } from './check.ts'

/** The data directory: whose it is, whether it can be written, how much room there is, what a dead Sundew left. */
export const data: readonly Check[] = [directory, disk, runFiles]

async function directory({ paths }: Patient): Promise<Finding[]> {
  const what = 'data'
  const place = nearest(paths.data)
  const stats = await stat(place)
  if (!stats.isDirectory()) {
    return [fail(what, `${place} is no directory`, 'Name another one with --data DIR or SUNDEW_DATA.')]
  }
  const writable = await access(place, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (place !== paths.data) {
    const found = `${paths.data} is not there yet`
    if (writable) return [ok(what, `${found}; the first start makes it`)]
    return [
      fail(
        what,
        `${found}, and ${place} cannot be written`,
        `Make it and give it to this user: install -d -m 700 -o USER ${paths.data}`,
      ),
    ]
  }
  const findings: Finding[] = []
  const uid = process.getuid?.()
  if (!writable) {
    findings.push(
      fail(
        what,
        `${place} cannot be written by this user`,
        `Run as its owner (uid ${stats.uid}), or give it away: chown -R USER ${place}`,
      ),
    )
  } else if (uid !== undefined && stats.uid !== uid) {
    findings.push(
      warn(
        what,
        `${place} belongs to uid ${stats.uid}, this is uid ${uid}`,
        'Run Sundew and its commands as one user, or files end up unreadable for it.',
      ),
    )
  }
  const mode = stats.mode & 0o777
  if ((mode & 0o077) !== 0) {
    const text = mode.toString(8).padStart(3, '0')
    findings.push(
      warn(what, `${place} has mode ${text}: others may read or write what is kept`, `chmod 700 ${place}`),
    )
  }
  return findings.length > 0 ? findings : [ok(what, `${place}, readable by its owner alone`)]
}

async function disk({ paths, config, status }: Patient): Promise<Finding[]> {
  if (!config) return []
  const { blocks, bavail, bsize } = await statfs(nearest(paths.data))
  const free = bavail * bsize
  const quota = quotaBytes(config, blocks * bsize)
  const reserve = config.keep.reserve_mb * 1_000_000
  const used = status?.disk.usedBytes
  const room = `${bytesText(free)} free, quota ${bytesText(quota)}${used === undefined ? '' : ` (${bytesText(used)} used)`}, reserve ${bytesText(reserve)}`
  if (free < reserve) {
    return [
      fail(
        'disk',
        `${room}: the decoys say that they are full`,
        'Make room on this disk, or lower keep.reserve_mb.',
      ),
    ]
  }
  if (status?.disk.full) {
    return [
      fail(
        'disk',
        `${room}: the quota is used up`,
        'Raise keep.quota_gb, or keep things for fewer days (keep.*_days).',
      ),
    ]
  }
  if (free - reserve < quota - (used ?? 0)) {
    return [
      warn(
        'disk',
        `${room}: the disk will be full before the quota is`,
        'Make room, or set keep.quota_gb to what the disk can spare.',
      ),
    ]
  }
  return [ok('disk', room)]
}

/** What a Sundew that was killed leaves behind. */
async function runFiles({ paths, status }: Patient): Promise<Finding[]> {
  const what = 'run files'
  const pids = [
    [paths.pidFile, Number(await readOr(paths.pidFile, '0'))],
    [paths.hubFile, hubPid(await readOr(paths.hubFile, ''))],
  ] as const
  const stale = pids.filter(([file, pid]) => existsSync(file) && !(pid > 0 && alive(pid)))
  if (stale.length > 0) {
    const files = stale.map(([file]) => file).join(', ')
    return [
      warn(what, `${files} left by a Sundew that is gone`, 'Nothing: the next "sundew up" replaces them.'),
    ]
  }
  const supervisor = pids[0][1]
  if (status) return [ok(what, `process ${supervisor} runs here`)]
  if (supervisor > 0) {
    return [
      fail(
        what,
        `process ${supervisor} runs here, but its hub does not answer`,
        `Wait a moment if it has just been started; else read what it printed, stop it (kill ${supervisor}) and start it again.`,
      ),
    ]
  }
  return [ok(what, 'Sundew does not run on this data')]
}

/** The path itself, or the nearest folder above it that is there. */
function nearest(path: string): string {
  let place = path
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place)
  return place
}

function hubPid(text: string): number {
  try {
    return Number((JSON.parse(text) as { pid?: unknown }).pid)
  } catch {
    return Number.NaN
  }
}

function readOr(file: string, otherwise: string): Promise<string> {
  return readFile(join(file), 'utf8').catch(() => otherwise)
}

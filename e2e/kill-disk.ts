import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, open, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Instance, sleep, waitFor } from './instance.ts'
import { sendMails, SmtpRefusal } from './send-mails.ts'

const exec = promisify(execFile)
const tmpfsMegabytes = 400
const reserveMegabytes = 48
const bodyBytes = 20_000
const senders = 4

/**
 * A Sundew on a small disk of its own, filled twice: down to the reserve, and down to the last byte in the middle of the
 * load. Needs root, for the disk.
 */
export async function diskFull(): Promise<{ ok: boolean; figures: Readonly<Record<string, unknown>> }> {
  const data = await mkdtemp(join(tmpdir(), 'sundew-small-disk-'))
  await exec('mount', ['-t', 'tmpfs', '-o', `size=${tmpfsMegabytes}m`, 'tmpfs', data])
  try {
    return await onSmallDisk(data)
  } finally {
    await exec('umount', ['-l', data])
    await rm(data, { recursive: true, force: true })
  }
}

async function onSmallDisk(
  data: string,
): Promise<{ ok: boolean; figures: Readonly<Record<string, unknown>> }> {
  await using instance = await Instance.start({
    data,
    config: { keep: { reserve_mb: reserveMegabytes, quota_gb: 10, source_share: 1 } },
  })
  const promised = new Set<string>()
  const refusals: string[] = []
  const stop = new AbortController()
  const all = Promise.all(
    Array.from({ length: senders }, (_, i) =>
      keepTrying(instance, `127.3.0.${i + 1}`, promised, refusals, stop.signal),
    ),
  )

  // Down to the reserve: the decoys refuse in good time.
  await waitFor(async () => promised.size > 200, 60_000)
  const ballast = join(data, 'ballast')
  await fill(ballast, (await freeBytes(data)) - (reserveMegabytes - 8) * 1_000_000)
  await waitFor(async () => refusals.length > 0, 30_000)
  const refusedAtReserve = refusals.length
  await rm(ballast)
  const beforeRoom = promised.size
  await waitFor(async () => promised.size > beforeRoom + 100, 60_000)

  // Down to the last byte, at once: writes fail in the middle of a group.
  const seen = refusals.length
  await fill(ballast, Infinity)
  await waitFor(async () => refusals.length > seen, 30_000)
  await sleep(1500)
  const whileFull = promised.size
  await rm(ballast)
  await waitFor(async () => promised.size > whileFull + 100, 120_000)
  stop.abort()
  await all
  await instance.stored(300_000)

  const rows = await instance.query<{ subject: string; n: string }>(
    'SELECT subject, count() AS n FROM mails GROUP BY subject',
  )
  const kept = new Map(rows.map(({ subject, n }) => [subject, Number(n)]))
  const lost = [...promised].filter((id) => !kept.has(id)).length
  const stored = [...kept.values()].reduce((sum, n) => sum + n, 0)
  const other = refusals.filter((line) => !line.startsWith('452 '))
  return {
    ok:
      lost === 0 &&
      stored === kept.size &&
      refusedAtReserve > 0 &&
      refusals.length > seen &&
      other.length === 0,
    figures: {
      acknowledged: promised.size,
      stored,
      lost,
      doubled: stored - kept.size,
      refused452: refusals.length - other.length,
      refusedOtherwise: [...new Set(other)],
      acceptedAgain: true,
    },
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Writes until the file has the size, or the disk is full. */
async function fill(file: string, bytes: number): Promise<void> {
  const chunk = Buffer.alloc(1_000_000)
  const handle = await open(file, 'w')
  try {
    for (let written = 0; written < bytes;) {
      const size = Math.max(0, Math.min(chunk.length, bytes - written))
      written += (await handle.write(chunk, 0, size)).bytesWritten
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    await handle.close()
  }
}

async function keepTrying(
  instance: Instance,
  from: string,
  promised: Set<string>,
  refusals: string[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await sendMails({
        from,
        port: instance.ports.smtp,
        mails: Infinity,
        signal,
        acknowledged: (subject) => promised.add(subject),
        mark: randomUUID(),
        // Not to be packed: random text.
        body: () => randomText(bodyBytes),
      })
    } catch (error) {
      if (error instanceof SmtpRefusal) refusals.push(error.line)
      await sleep(100)
    }
  }
}

function randomText(bytes: number): string {
  const text = Buffer.from(crypto.getRandomValues(new Uint8Array((bytes * 3) / 4))).toString('base64')
  return text.replace(/.{76}/g, '$&\r\n') + '\r\n'
}

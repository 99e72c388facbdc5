import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { exitCode, Failure } from './failure.ts'

/** How many are fetched at once. */
const together = 6

/**
 * Writes a stream to `folder/name`, by way of `through/name.part`, so that the name is there only once the whole is.
 * The file is its owner's alone and cannot be run. `name` must be ours, never a peer's.
 */
export async function take(source: Readable, folder: string, name: string, through = folder): Promise<void> {
  const part = join(through, `${name}.part`)
  await rm(part, { force: true })
  const file = await open(part, 'wx', 0o600)
  try {
    await writeAll(file, source)
    await file.sync()
  } catch (error) {
    await file.close()
    await rm(part, { force: true })
    throw error
  }
  await file.close()
  await rename(part, join(folder, name))
}

interface Sink {
  write(chunk: Uint8Array): Promise<{ bytesWritten: number }>
}

/** Writes every byte; a short write is followed by the rest. */
export async function writeAll(
  file: Sink,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  for await (const chunk of source) {
    for (let rest = chunk; rest.length > 0;) {
      const { bytesWritten } = await file.write(rest)
      rest = rest.subarray(bytesWritten)
    }
  }
}

/** Does something for each item, a few at once. The first failure ends it and is thrown when those under way are over. */
export async function forEach<T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []
  for await (const item of items) {
    if (failures.length > 0) break
    const one = work(item).catch((error: unknown) => {
      failures.push(error)
    })
    underWay.add(one)
    void one.finally(() => underWay.delete(one))
    if (underWay.size >= together) await Promise.race(underWay)
  }
  await Promise.all(underWay)
  if (failures.length > 0) throw failures[0]
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const sha256 = /^[0-9a-f]{64}$/

/** The id if it is one of ours, so that it may name a file. */
export function ownId(id: string): string {
  if (uuid.test(id) || sha256.test(id)) return id
  throw new Failure(
    'SUNDEW_ANSWER_BROKEN',
    exitCode.fault,
    `the hub named something by ${JSON.stringify(id)}, which is no id of ours`,
  )
}

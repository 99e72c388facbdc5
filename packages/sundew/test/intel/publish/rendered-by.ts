import { mkdtempSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { spawnSync } from 'node:child_process'
import type { Blocklist } from '../../../src/intel/publish/blocklist.ts'
import type { Publisher } from '../../../src/intel/publish/publisher.ts'

/** A publisher's files in memory, as the runner would have them. */
export interface Rendered {
  readonly files: ReadonlyMap<string, string>
  /** What was left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>
}

/** Renders with the publisher's defaults, or these settings over them; after what was rendered before. */
export function renderedBy<C>(
  publisher: Publisher<C>,
  list: Blocklist,
  settings: object = {},
  before?: Rendered,
  folder = '/etc/sundew',
): Rendered {
  const leftOut: Record<string, number> = {}
  const files = new Map<string, string>()
  const rendering = publisher.render(list, publisher.config.parse(settings), {
    version: '0.0.0',
    folder,
    leaveOut: (reason) => {
      leftOut[reason] = (leftOut[reason] ?? 0) + 1
    },
    former: (name) => {
      const text = before?.files.get(name)
      return text === undefined ? undefined : inPieces(Buffer.from(text))
    },
  })
  for (const { name, pieces } of rendering) files.set(name, [...pieces].join(''))
  return { files, leftOut }
}

/** Pieces of odd sizes, so that lines are cut anywhere. */
export function* inPieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7 + 3) % 4093)
    yield bytes.subarray(at, at + size)
}

/** A folder that is gone at the end. */
export function scratch(): { readonly path: string } & AsyncDisposable {
  const path = mkdtempSync(join(tmpdir(), 'sundew-publish-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

export async function writeFiles(folder: string, { files }: Rendered): Promise<void> {
  for (const [name, text] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

/** What the target's own tools say about the files: '' where all is good; undefined where a tool is not here. */
export function checked<C>(
  publisher: Publisher<C>,
  folder: string,
  settings: object = {},
): string | undefined {
  let said = ''
  for (const { command, args, good = [] } of publisher.check?.(folder, publisher.config.parse(settings)) ??
    []) {
    const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 })
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined
    if (status !== 0 && !good.includes(status ?? -1))
      said += `${command} ${args.join(' ')}: ${stdout}${stderr}`
  }
  return said
}

export function hasTool(command: string): boolean {
  return spawnSync('which', [command]).status === 0
}

export function readText(...path: string[]): string {
  return readFileSync(join(...path), 'utf8')
}

import { mkdtempSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { spawnSync } from 'node:child_process'
import type { Blocklist } from '../../../src/intel/publish/blocklist.ts'
import type { Publisher } from '../../../src/intel/publish/publisher.ts'
import { type Rendered, rendered } from './rendered.ts'

/** Renders with the publisher's defaults, or these settings over them; after what was rendered before. */
export function renderedBy<C>(
  publisher: Publisher<C>,
  list: Blocklist,
  settings: object = {},
  before?: Rendered,
): Rendered {
  return rendered(publisher, list, publisher.config.parse(settings), before?.files)
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

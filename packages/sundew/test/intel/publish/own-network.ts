import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * What a script of ours (never of an input's) prints in a network namespace of its own, beside these files; undefined where
 * namespaces or the tool are not to be had.
 */
export async function inNetworkOfItsOwn(
  files: Readonly<Record<string, string>>,
  script: string,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-network-'))
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    const { stdout } = await run('unshare', ['-rn', 'sh', '-ec', script], { cwd: folder, timeout: 60_000 })
    return stdout
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
    if (code === 'ENOENT' || code === 127 || /unshare:|Operation not permitted/.test(stderr)) return undefined
    throw error
  } finally {
    await rm(folder, { recursive: true })
  }
}

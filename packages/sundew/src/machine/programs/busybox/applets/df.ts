import type { Mount } from '../../../files/file-system.ts'
import type { Program } from '../../../program.ts'
import { options } from '../../common/options.ts'
import { codeOf, reasonOf, tool } from '../../common/tool.ts'

/** BusyBox's `df`: columns of a fixed width, a long name on a line of its own. */
export const df: Program = tool('df', async (t) => {
  const o = options(t, 'kmhTaPiB:t:')
  const block = o.has('m') ? 1024 ** 2 : 1024
  const human = o.has('h')
  const mounts: Mount[] = []
  for (const name of o.operands.slice(0, 200)) {
    const path = t.call.path(name)
    try {
      t.files.stat(path)
      mounts.push(t.files.mountOf(path))
    } catch (error) {
      await t.error(`${name}: ${codeOf(error) === 'ENOENT' ? "can't find mount point" : reasonOf(error)}`)
    }
  }
  if (o.operands.length === 0)
    for (const mount of t.files.mounts()) if (mount.totalBytes > 0 || o.has('a')) mounts.push(mount)
  const unit = human ? '     Size' : o.has('m') ? '1M-blocks' : o.has('P') ? '1024-blocks' : '1K-blocks'
  const typed = o.has('T')
  t.put(
    `Filesystem           ${typed ? 'Type       ' : ''}${unit.padEnd(15)}Used Available ${o.has('P') ? 'Capacity' : 'Use%'} Mounted on\n`,
  )
  const shown = (bytes: number): string =>
    human ? short(bytes) : String(Math.floor((bytes + block / 2) / block))
  for (const { device, type, path, totalBytes, freeBytes } of mounts) {
    const used = totalBytes - freeBytes
    const percent = totalBytes === 0 ? 0 : Math.round((used * 100) / totalBytes)
    t.put(device.length > 20 ? `${device}\n${''.padEnd(20)} ` : `${device.padEnd(20)} `)
    t.put(
      `${typed ? `${type.padEnd(10)} ` : ''}${shown(totalBytes).padStart(9)} ${shown(used).padStart(9)} ${shown(freeBytes).padStart(9)} ${String(percent).padStart(3)}% ${path}\n`,
    )
  }
})

/** `3.4M`. */
function short(bytes: number): string {
  let value = bytes
  let unit = -1
  while (value >= 1024 && unit < 4) {
    value /= 1024
    unit++
  }
  return unit < 0 ? String(value) : `${value.toFixed(1)}${'KMGTP'[unit]!}`
}

import type { Program } from '../../../program.ts'
import { options } from '../../common/options.ts'
import { tool } from '../../common/tool.ts'

/** Types that need no device. */
const deviceless = new Set(['tmpfs', 'ramfs', 'proc', 'sysfs', 'devpts', 'debugfs'])

/** BusyBox's `mount` and `umount`. Nothing is mounted: what would need nothing seems to be. */
export const mounting: readonly Program[] = [
  tool('mount', async (t) => {
    const o = options(t, 'ao:t:rwnfvisO:T:')
    const [source, target] = o.operands
    const mounts = t.files.mounts()
    if (o.has('a')) return
    if (source === undefined) {
      for (const { device, path, type, options } of mounts)
        t.put(`${device} on ${path} type ${type} (${options})\n`)
      return
    }
    const remounts = (o.value('o') ?? '').includes('remount')
    if (target === undefined) {
      const known = mounts.find(({ path, device }) => path === t.call.path(source) || device === source)
      if (known === undefined || !remounts) return t.fail(`can't find ${source} in /etc/fstab`)
      if (readOnly.has(known.type))
        t.fail(`mounting ${known.device} on ${known.path} failed: Permission denied`, 255)
      return
    }
    const failed = (why: string): never => t.fail(`mounting ${source} on ${target} failed: ${why}`, 255)
    if (!t.files.exists(t.call.path(target))) failed('No such file or directory')
    if (remounts || (o.value('o') ?? '').includes('bind') || deviceless.has(o.value('t') ?? '')) return
    if (!t.files.exists(t.call.path(source))) failed('No such file or directory')
    failed('Invalid argument')
  }),
  tool('umount', async (t) => {
    const { operands } = options(t, 'afldrnDt:')
    if (operands.length === 0) t.usage()
    for (const name of operands.slice(0, 100)) {
      const path = t.call.path(name)
      const mount = t.files.mounts().find((one) => one.path === path || one.device === name)
      const why = !t.files.exists(path)
        ? 'No such file or directory'
        : mount === undefined
          ? 'Invalid argument'
          : 'Device or resource busy'
      await t.error(`can't unmount ${mount?.path ?? name}: ${why}`)
    }
  }),
]

const readOnly = new Set(['squashfs', 'cramfs'])

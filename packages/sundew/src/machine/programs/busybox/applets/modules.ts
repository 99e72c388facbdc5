import type { Program } from '../../../program.ts'
import { linesIn } from './file-lines.ts'
import { options } from '../../common/options.ts'
import { tool } from '../../common/tool.ts'

/** BusyBox's `lsmod`, `insmod`, `rmmod` and `modprobe`: nothing is ever loaded. */
export const modules: readonly Program[] = [
  tool('lsmod', async (t) => {
    t.put('Module                  Size  Used by    Not tainted\n')
    for (const line of linesIn(t, '/proc/modules')) {
      const [name = '', size = '', users = '', by = ''] = line.split(' ')
      t.put(`${name.padEnd(19)} ${size.padStart(8)} ${users.padStart(2)} ${by === '-' ? '' : by}\n`)
    }
  }),
  tool('insmod', async (t) => {
    const [file] = options(t, '', '', { stop: true }).operands
    if (file === undefined) return t.usage()
    // Its status is the negative error number: ENOEXEC, ENOENT, EPERM.
    const [why, status] = !t.files.exists(t.call.path(file))
      ? (['No such file or directory', 254] as const)
      : t.files.credentials.uid === 0
        ? (['Invalid module format', 248] as const)
        : (['Operation not permitted', 255] as const)
    t.fail(`can't insert '${file}': ${why}`, status)
  }),
  tool('rmmod', async (t) => {
    const { operands } = options(t, 'wfas')
    for (const name of operands.slice(0, 100))
      await t.error(`can't unload module '${name}': No such file or directory`)
  }),
  tool('modprobe', async (t) => {
    const [name] = options(t, 'alrqsDbvt').operands
    if (name === undefined) return t.usage()
    t.fail(`module ${name} not found in modules.dep`)
  }),
]

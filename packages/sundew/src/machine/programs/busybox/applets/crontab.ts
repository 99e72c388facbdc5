import type { Program } from '../../../program.ts'
import { options } from '../../common/options.ts'
import { reasonOf, tool } from '../../common/tool.ts'

/** Bytes of a table that are read. */
const maxBytes = 64 * 1024

/** BusyBox's `crontab`: tables lie in a folder that a device may lack. */
export const crontab: Program = tool('crontab', async (t) => {
  const o = options(t, 'u:c:lerd')
  const folder =
    o.value('c') ??
    (t.call.machine.persona.name === 'router-mips' ? '/etc/crontabs' : '/var/spool/cron/crontabs')
  const user = o.value('u') ?? 'root'
  const path = `${t.call.path(folder)}/${user}`
  const [file] = o.operands
  if (file === undefined && !o.has('l', 'e', 'r', 'd')) t.usage()
  if (!t.files.exists(t.call.path(folder)))
    t.fail(`can't change directory to '${folder}': No such file or directory`)
  try {
    if (o.has('l')) {
      await t.write(t.files.read(path))
      return
    }
    if (o.has('r', 'd')) {
      if (t.files.exists(path)) t.files.unlink(path)
      return
    }
    if (o.has('e')) return (await t.call.run(['vi', path])) === 0 ? 0 : 1
    const parts: Uint8Array[] = []
    const input = t.input(file!)
    for (let bytes = 0; bytes < maxBytes; bytes += parts.at(-1)!.length) {
      const part = await input.read()
      if (part === undefined) break
      parts.push(Uint8Array.from(part))
    }
    const to = t.output(path)
    await to.write(Buffer.concat(parts))
    to.close()
  } catch (error) {
    t.fail(`can't open '${o.has('l') ? user : (file ?? user)}': ${reasonOf(error)}`)
  }
})

import { options } from '../common/options.ts'
import { codeOf, reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'

export const rmdir = tool('rmdir', async (t: Tool) => {
  const o = options(t, 'pv', 'ignore-fail-on-non-empty=I parents=p verbose=v')
  if (o.has('version')) return versionOf(t, 'coreutils', 'David MacKenzie')
  if (o.operands.length === 0) t.missingOperand()
  for (const operand of o.operands) {
    let name = operand
    for (let first = true; ; first = false) {
      await t.call.spend()
      if (o.has('v')) t.put(`${t.name}: removing directory, ${t.always(name)}\n`)
      try {
        t.files.removeDirectory(t.call.path(name))
      } catch (error) {
        if (o.has('I') && codeOf(error) === 'ENOTEMPTY') break
        const what = t.busybox
          ? `'${name}'`
          : `failed to remove ${first ? '' : 'directory '}${t.always(name)}`
        await t.error(`${what}: ${reasonOf(error)}`)
        break
      }
      const parent = name.replace(/\/+$/, '').replace(/\/*[^/]*$/, '')
      if (!o.has('p') || parent === '' || parent === name) break
      name = parent
    }
  }
  return t.status
})

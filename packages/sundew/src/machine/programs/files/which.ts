import { options } from '../common/options.ts'
import { tool, type Tool } from '../common/tool.ts'

/** Debian's `which`, a script: says nothing of what it does not find. */
export const which = tool(['which', 'which.debianutils'], async (t: Tool) => {
  const o = options(t, 'as', '', { stop: true, status: 2 })
  if (o.operands.length === 0) return t.busybox ? t.usage() : 1
  let missing = false
  for (const name of o.operands) {
    let found = false
    const folders = name.includes('/') ? [''] : (t.call.environment.get('PATH') ?? '/usr/bin:/bin').split(':')
    for (const folder of folders) {
      await t.call.spend()
      const candidate = name.includes('/') ? name : `${folder === '' ? '.' : folder}/${name}`
      if (!isProgram(t, candidate)) continue
      if (!o.has('s')) t.put(`${candidate}\n`)
      found = true
      if (!o.has('a')) break
    }
    if (!found) missing = true
  }
  return missing ? 1 : 0
})

const binaries = [
  '/usr/bin',
  '/usr/sbin',
  '/bin',
  '/sbin',
  '/usr/lib',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/etc',
  '/usr/games',
]

export const whereis = tool('whereis', async (t: Tool) => {
  const o = options(t, 'bBmMsSfulg', '')
  if (o.operands.length === 0) {
    await t.call.stderr.write("whereis: not enough arguments\nTry 'whereis --help' for more information.\n")
    return 1
  }
  for (const name of o.operands) {
    const found: string[] = []
    for (const folder of binaries) {
      const path = `${folder}/${name}`
      if (t.files.exists(path) && !found.some((f) => t.files.realPath(f) === t.files.realPath(path)))
        found.push(path)
    }
    if (!o.has('b'))
      for (const section of ['1', '8', '5']) {
        const page = `/usr/share/man/man${section}/${name}.${section}.gz`
        if (t.files.exists(page)) found.push(page)
      }
    t.put(`${name}:${found.map((path) => ` ${path}`).join('')}\n`)
  }
  return 0
})

function isProgram(t: Tool, name: string): boolean {
  const path = t.call.path(name)
  return t.files.exists(path) && t.files.stat(path).type === 'file' && t.files.may(path, 'execute')
}

import type { Stat } from '../../files/file-system.ts'
import { options } from '../common/options.ts'
import { reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { humanSize, parseSize } from './sizes.ts'

const maxDepth = 300

export const du = tool('du', async (t: Tool) => {
  const o = options(
    t,
    '0abcd:DhHklmLPst:SxB:X:',
    'null=0 all=a apparent-size=apparent bytes=b count-links=l dereference=L dereference-args=D exclude: exclude-from:=X human-readable=h inodes max-depth:=d no-dereference=P one-file-system=x separate-dirs=S si summarize=s total=c threshold:=t time? time-style: block-size:=B',
  )
  if (o.has('version'))
    return versionOf(t, 'coreutils', 'Torbjorn Granlund, David MacKenzie, Paul Eggert,\nand Jim Meyering')
  const depthText = o.value('d')
  if (depthText !== undefined && !/^\d+$/.test(depthText))
    t.usage(`invalid maximum depth ${t.quoted(depthText)}`)
  if (o.has('a') && o.has('s')) t.usage('cannot both summarize and show all entries')
  const deepest = o.has('s') ? 0 : Number(depthText ?? Infinity)
  const apparent = o.has('apparent', 'b')
  const human = o.has('h') ? 1024 : o.has('si') ? 1000 : 0
  const unit = o.has('b')
    ? 1
    : o.has('m')
      ? 1024 * 1024
      : o.value('B') === undefined
        ? 1024
        : (parseSize(/^\d/.test(o.value('B')!) ? o.value('B')! : `1${o.value('B')}`) ?? 1024)
  const end = o.has('0') ? '\0' : '\n'
  const shown = (bytes: number): string =>
    human > 0 ? (bytes === 0 ? '0' : humanSize(bytes, human)) : String(Math.ceil(bytes / unit))
  const seen = new Set<string>()
  const visit = async (name: string, depth: number): Promise<number> => {
    await t.call.spend()
    const path = t.call.path(name)
    let stat: Stat
    try {
      stat = o.has('L') || (o.has('D') && depth === 0) ? t.files.stat(path) : t.files.lstat(path)
    } catch (error) {
      await t.error(
        t.busybox ? `${name}: ${reasonOf(error)}` : `cannot access ${t.always(name)}: ${reasonOf(error)}`,
      )
      return 0
    }
    const key = `${stat.dev}:${stat.ino}`
    if (stat.nlink > 1 || stat.type === 'directory') {
      if (seen.has(key) && !o.has('l')) return 0
      if (seen.size < 1_000_000) seen.add(key)
    }
    let sum = apparent
      ? stat.type === 'file' || stat.type === 'link' || stat.type === 'directory'
        ? stat.size
        : 0
      : stat.blocks * 512
    if (stat.type === 'directory' && depth < maxDepth) {
      try {
        for (const child of t.files.list(path))
          sum += await visit(name.endsWith('/') ? name + child : `${name}/${child}`, depth + 1)
      } catch (error) {
        await t.error(`cannot read directory ${t.always(name)}: ${reasonOf(error)}`)
      }
    }
    if (depth <= deepest && (stat.type === 'directory' || depth === 0 || o.has('a')))
      t.put(`${shown(sum)}\t${name}${end}`)
    await t.room()
    return sum
  }
  let total = 0
  for (const name of o.operands.length === 0 ? ['.'] : o.operands) total += await visit(name, 0)
  if (o.has('c')) t.put(`${shown(total)}\ttotal${end}`)
  return t.status
})

import type { Stat } from '../../files/file-system.ts'
import { options } from '../common/options.ts'
import { codeOf, Exit, reasonOf, tool } from '../common/tool.ts'
import type { Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { joined } from './copying.ts'
import { modeChange, modeText } from './modes.ts'

export const chmod = tool('chmod', async (t: Tool) => {
  // `-x`, `-rw` and the like are modes, not options.
  let args = [...t.args]
  let mode: string | undefined
  const at = args.findIndex((a) => /^-[rwxXstugoa0-7]+([,+=-].*)?$/.test(a) && !/^-(R|[cfvR]+)$/.test(a))
  const end = args.indexOf('--')
  if (at >= 0 && (end < 0 || at < end)) {
    mode = args[at]!
    args.splice(at, 1)
  }
  const o = options(
    t,
    'Rcfv',
    'changes=c recursive=R no-preserve-root preserve-root quiet=f silent=f reference:=reference verbose=v',
    { args },
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'David MacKenzie and Jim Meyering')
  const operands = [...o.operands]
  const like = o.value('reference')
  if (like === undefined && mode === undefined) {
    mode = operands.shift()
    if (mode === undefined) t.missingOperand()
  }
  let change: ReturnType<typeof modeChange>
  if (like !== undefined) {
    try {
      const wanted = t.files.stat(t.call.path(like)).mode
      change = () => wanted
    } catch (error) {
      t.fail(`failed to get attributes of ${t.always(like)}: ${reasonOf(error)}`)
    }
  } else change = modeChange(mode!)
  if (operands.length === 0) {
    if (t.busybox) t.usage()
    t.usage(
      mode === undefined || like !== undefined
        ? 'missing operand'
        : `missing operand after ${t.quoted(mode)}`,
    )
  }
  if (change === undefined) {
    if (t.busybox) t.fail(`invalid mode '${mode}'`)
    throw new Exit(
      1,
      `${t.name}: invalid mode: ${t.quoted(mode!)}\nTry '${t.name} --help' for more information.\n`,
    )
  }
  const how = { change, recursive: o.has('R'), quiet: o.has('f'), verbose: o.has('v'), changes: o.has('c') }
  for (const name of operands) await apply(t, name, how, 0)
  return t.status
})

interface How {
  readonly change: NonNullable<ReturnType<typeof modeChange>>
  readonly recursive: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly changes: boolean
}

const maxDepth = 200

async function apply(t: Tool, name: string, how: How, depth: number): Promise<void> {
  await t.call.spend()
  const path = t.call.path(name)
  let stat: Stat
  try {
    stat = depth === 0 ? t.files.stat(path) : t.files.lstat(path)
    if (depth > 0 && stat.type === 'link') return
  } catch (error) {
    t.status = 1
    if (how.quiet) return
    if (t.busybox) return t.error(`${name}: ${reasonOf(error)}`)
    let link = false
    try {
      link = t.files.lstat(path).type === 'link'
    } catch (inner) {
      codeOf(inner)
    }
    if (link) return t.error(`cannot operate on dangling symlink ${t.always(name)}`)
    await t.error(`cannot access ${t.always(name)}: ${reasonOf(error)}`)
    if (how.verbose)
      t.put(`failed to change mode of ${t.always(name)} from 0000 (---------) to 0000 (---------)\n`)
    return
  }
  const wanted = how.change(stat.mode, stat.type === 'directory', t.call.umask)
  try {
    t.files.chmod(path, wanted)
    const old = octal(stat)
    const now = octal({ ...stat, mode: wanted })
    if (how.verbose || (how.changes && old !== now))
      t.put(
        old === now
          ? `mode of ${t.always(name)} retained as ${now}\n`
          : `mode of ${t.always(name)} changed from ${old} to ${now}\n`,
      )
  } catch (error) {
    t.status = 1
    if (!how.quiet)
      await t.error(
        t.busybox
          ? `${name}: ${reasonOf(error)}`
          : `changing permissions of ${t.always(name)}: ${reasonOf(error)}`,
      )
  }
  if (!how.recursive || stat.type !== 'directory' || depth > maxDepth) return
  try {
    for (const child of t.files.list(path)) await apply(t, joined(name, child), how, depth + 1)
  } catch (error) {
    if (!how.quiet) await t.error(`cannot read directory ${t.always(name)}: ${reasonOf(error)}`)
    t.status = 1
  }
}

function octal(stat: Pick<Stat, 'type' | 'mode'>): string {
  return `${stat.mode.toString(8).padStart(4, '0')} (${modeText(stat).slice(1)})`
}

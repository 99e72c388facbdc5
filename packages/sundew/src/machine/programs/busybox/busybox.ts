import type { Call, Program } from '../../program.ts'
import { asApplet, setAppletUsage } from '../common/applet.ts'
import { reasonOf } from '../common/tool.ts'
import { ownApplets } from './applets/index.ts'
import { builds } from './builds.ts'
import { applicationSyntax } from './syntax.ts'

/**
 * The one binary that is many: `busybox X`, or a link named X. The applets are the other programs, in BusyBox's
 * words, or those of `applets` where it goes about it in another way.
 */
export function busyboxOf(programs: readonly Program[]): Program {
  const byName = new Map(
    [...programs, ...ownApplets].flatMap((program) => program.names.map((name) => [name, program] as const)),
  )
  return {
    names: ['busybox'],
    async run(call) {
      // A login shell is `-sh`.
      const called = call.name.replace(/^-/, '')
      if (called !== 'busybox') return applet(call, byName, called, call.args)
      const [first, ...rest] = call.args
      const build = builds[call.machine.persona.name]
      if (first === undefined || first === '--help') {
        if (first === '--help' && rest[0] !== undefined) return applet(call, byName, rest[0], ['--help'])
        await call.stdout.write(
          `${build.title} multi-call binary.\n${usage}\n${columns(build.applets, call.stdout.terminal?.columns ?? 80)}`,
        )
        return 0
      }
      if (first === '--list' || first === '--list-full') {
        const prefix = first === '--list' ? '' : 'usr/bin/'
        await call.stdout.write(build.applets.map((name) => `${prefix}${name}\n`).join(''))
        return 0
      }
      if (first === '--install') return install(call, build.applets, rest)
      if (first.startsWith('--')) {
        await call.stderr.write(`${first}: applet not found\n`)
        return 127
      }
      return applet(call, byName, first.slice(first.lastIndexOf('/') + 1), rest)
    },
  }
}

/** Bots read the banner and the list; what stands between is our own. */
const usage =
  'Many programs in one, under the GPL, version 2.\n\nUsage: busybox [function [arguments]...]\n   or: busybox --list[-full]\n   or: function [arguments]...\n\nCurrently defined functions:'
const readsNoOptions = /^(?:echo|true|false|test|\[|\[\[|printf|sh|ash|busybox)$/

/** Applets that go to the background and say nothing. */
const daemons = new Set('telnetd httpd crond syslogd klogd udhcpc udhcpd ntpd watchdog acpid'.split(' '))

async function applet(
  call: Call,
  programs: ReadonlyMap<string, Program>,
  name: string,
  args: readonly string[],
): Promise<number> {
  const { applets } = builds[call.machine.persona.name]
  if (!applets.includes(name)) {
    await call.stderr.write(`${name}: applet not found\n`)
    return 127
  }
  const made = asApplet({ ...call, name, argv0: name, args })
  const reads = !readsNoOptions.test(name)
  if (reads && args[0] === '--help') {
    await call.stdout.write(usageOf(made))
    return 0
  }
  // None of them tells a version of its own.
  if (reads && args[0] === '--version') {
    await call.stderr.write(`${name}: unrecognized option '--version'\n${usageOf(made)}`)
    return 1
  }
  if (name === 'busybox') return programs.get('busybox')?.run(made) ?? 0
  const program = programs.get(name === 'ash' ? 'sh' : name === '[[' ? '[' : name)
  if (program !== undefined) return program.run(made)
  if (daemons.has(name)) return 0
  await call.stderr.write(usageOf(made))
  return 1
}

setAppletUsage(usageOf)

function usageOf(call: Call): string {
  return `${builds[call.machine.persona.name].title} multi-call binary.\n\nUsage: ${applicationSyntax[call.name] ?? `${call.name} [OPTIONS]`}\n`
}

/** Names in lines, as wide as the terminal. */
function columns(names: readonly string[], width: number): string {
  let text = ''
  let column = 0
  for (const [i, name] of names.entries()) {
    const last = i === names.length - 1
    const length = name.length + 2
    if (column === 0 || column + length > width) {
      text += column === 0 ? '\t' : '\n\t'
      column = 8
    } else {
      text += ' '
    }
    text += name + (last ? '\n' : ',')
    column += length
  }
  return text
}

/** Links to itself for all applets. */
async function install(call: Call, applets: readonly string[], args: readonly string[]): Promise<number> {
  const folder = args.find((arg) => !arg.startsWith('-')) ?? '/usr/bin'
  let status = 0
  for (const name of applets) {
    await call.spend()
    try {
      call.files.symlink('/bin/busybox', call.path(`${folder}/${name}`))
    } catch (error) {
      if (reasonOf(error) !== 'File exists') {
        await call.stderr.write(`busybox: ${folder}/${name}: ${reasonOf(error)}\n`)
        status = 1
      }
    }
  }
  return status
}

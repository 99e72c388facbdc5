import type { Shell } from './shell.ts'

/** Variables that make their value when asked. */
export function installDynamic(shell: Shell): void {
  const { dynamic } = shell.variables
  const add = (name: string, get: () => string | undefined, set?: (value: string) => void) => {
    dynamic.set(name, { get, set })
  }
  const ignore = () => undefined
  if (shell.dialect === 'ash') {
    add(
      'RANDOM',
      () => String(random(shell)),
      (value) => {
        shell.random = Number.parseInt(value, 10) || 0
      },
    )
    add('LINENO', () => String(shell.line), ignore)
    add('_', () => shell.lastArgument, ignore)
    return
  }
  add(
    'RANDOM',
    () => String(random(shell)),
    (value) => {
      shell.random = Number.parseInt(value, 10) || 0
    },
  )
  add('SRANDOM', () => String(Math.floor(Math.random() * 0x1_0000_0000)), ignore)
  add(
    'SECONDS',
    () => String(shell.secondsFrom + Math.floor((Date.now() - shell.startedMs) / 1000)),
    (value) => {
      shell.secondsFrom = Number.parseInt(value, 10) || 0
      shell.startedMs = Date.now()
    },
  )
  add('LINENO', () => String(shell.line), ignore)
  add('BASHPID', () => String(shell.process.pid), ignore)
  add('EPOCHSECONDS', () => String(Math.floor(shell.session.machine.now() / 1000)), ignore)
  add(
    'EPOCHREALTIME',
    () => {
      const ms = shell.session.machine.now()
      return `${Math.floor(ms / 1000)}.${String(Math.floor((ms % 1000) * 1000)).padStart(6, '0')}`
    },
    ignore,
  )
  add('BASH_SUBSHELL', () => String(shell.subshellLevel), ignore)
  add('_', () => shell.lastArgument, ignore)
  add('HISTCMD', () => String(shell.history.length + 1), ignore)
  add(
    'BASH_ARGV0',
    () => shell.argv0,
    (value) => {
      shell.argv0 = value
    },
  )
}

/** Arrays that make themselves: FUNCNAME and the like; undefined for others. */
export function dynamicArray(shell: Shell, name: string): string[] | undefined {
  switch (name) {
    case 'FUNCNAME':
      if (shell.calls.every((call) => call.sourced)) return []
      return [
        ...shell.calls.map((call) => (call.sourced ? 'source' : call.name)).reverse(),
        ...(shell.source === 'file' ? ['main'] : []),
      ]
    case 'BASH_SOURCE':
      return [
        ...shell.calls.map((call) => call.source).reverse(),
        ...(shell.source === 'file' ? [shell.argv0] : []),
      ]
    case 'BASH_LINENO':
      return [
        ...shell.calls.map((call) => String(call.line)).reverse(),
        ...(shell.source === 'file' ? ['0'] : []),
      ]
    case 'PIPESTATUS':
      return shell.pipeStatus.map(String)
    case 'GROUPS':
      return shell.credentials.groups.map(String)
    case 'DIRSTACK':
      return [shell.directory, ...shell.directoryStack]
    default:
      return undefined
  }
}

/** As bash 5.2's generator: Park and Miller's, 15 bits. */
function random(shell: Shell): number {
  let seed = shell.random & 0x7fff_ffff
  if (seed === 0) seed = 123_459_876
  const high = Math.floor(seed / 127_773)
  const next = 16_807 * (seed % 127_773) - 2836 * high
  shell.random = next < 0 ? next + 0x7fff_ffff : next
  return ((shell.random >> 16) ^ (shell.random & 0xffff)) & 32_767
}

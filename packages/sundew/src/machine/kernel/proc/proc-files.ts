import { FileError } from '../../files/file-system.ts'
import type { GeneratedFiles, GeneratedStat } from '../../files/generated.ts'
import type { Caller } from '../../files/node.ts'
import type { Machine, Process } from '../../machine.ts'
import type { Context, Made } from './context.ts'
import { netFiles } from './net.ts'
import { descriptors, mayLook, processFiles, processLink } from './of-process.ts'
import { sysctls } from './sysctls.ts'
import { wholeFiles } from './whole.ts'

/** A setting may be so long. */
const maxSettingBytes = 256

/** /proc of a machine, to be mounted. It is asked for at the first look: the machine needs its tree to be made. */
export class ProcFiles implements GeneratedFiles {
  readonly #machine: () => Machine
  #settings: ReturnType<typeof sysctls> | undefined

  constructor(machine: () => Machine) {
    this.#machine = machine
  }

  stat(path: string): GeneratedStat | undefined {
    if (path === '') {
      return {
        type: 'directory',
        mode: 0o555,
        nlink: 9 + this.#machine().processes.list().length,
        timeMs: this.#machine().bootMs,
      }
    }
    const [first = '', ...rest] = path.split('/')
    if (first === 'self' || first === 'thread-self') return link(0o777)
    if (first === 'mounts' || first === 'net') return rest.length === 0 ? link(0o777) : undefined
    if (/^[1-9]\d{0,9}$/.test(first)) return this.#statOfProcess(Number(first), rest)
    if (first === 'sys') return this.#statOfSetting(rest.join('/'))
    const made = wholeFiles[path]
    if (made !== undefined && this.#has(made)) return file(made.mode ?? 0o444)
    return emptyFolders.has(path) ? folder : undefined
  }

  #has({ only }: Made): boolean {
    return only === undefined || only === this.#machine().persona.shell
  }

  list(path: string, caller: Caller): readonly string[] {
    const machine = this.#machine()
    if (path === '') {
      return [
        ...machine.processes.list().map((one) => String(one.pid)),
        ...emptyFolders,
        ...Object.keys(wholeFiles).filter((name) => this.#has(wholeFiles[name]!)),
        'mounts',
        'net',
        'self',
        'sys',
        'thread-self',
      ].filter((name) => !name.includes('/'))
    }
    const [first = '', ...rest] = path.split('/')
    if (first === 'sys') {
      const prefix = rest.length === 0 ? '' : `${rest.join('/')}/`
      const names = new Set<string>()
      for (const key of this.#sysctls().keys()) {
        if (key.startsWith(prefix)) names.add(key.slice(prefix.length).split('/')[0]!)
      }
      return [...names]
    }
    if (/^\d+$/.test(first)) return this.#namesOfProcess(Number(first), rest, caller)
    return []
  }

  readLink(path: string, caller: Caller): string {
    const machine = this.#machine()
    if (path === 'self') return this.#self(caller, path)
    if (path === 'thread-self') {
      const self = this.#self(caller, path)
      return `${self}/task/${self}`
    }
    if (path === 'mounts') return 'self/mounts'
    if (path === 'net') return 'self/net'
    const [first = '', ...rest] = path.split('/')
    const process = this.#process(Number(first), path)
    const [name = '', number = ''] = inner(rest)
    mayLook(process, this.#context(caller), path)
    const target =
      name === 'fd' ? descriptors(process, machine).get(Number(number)) : processLink(process, name, machine)
    if (target === undefined) throw new FileError('ENOENT', path)
    return target
  }

  read(path: string, caller: Caller): Uint8Array | string {
    const context = this.#context(caller)
    const [first = '', ...rest] = path.split('/')
    if (first === 'sys') {
      const found = this.#sysctls().get(rest.join('/'))
      if (found === undefined) throw new FileError('ENOENT', path)
      return `${typeof found.value === 'string' ? found.value : found.value()}\n`
    }
    if (/^\d+$/.test(first)) {
      const process = this.#process(Number(first), path)
      const [name = '', inNet = ''] = inner(rest)
      if (name === 'net') return netFiles[inNet]?.text(context) ?? ''
      if (name === 'fdinfo') return 'pos:\t0\nflags:\t0100002\nmnt_id:\t24\nino:\t3\n'
      const made = processFiles[name]
      if (made === undefined) throw new FileError('ENOENT', path)
      if (made.own) mayLook(process, context, path)
      return made.text(process, context)
    }
    const made = wholeFiles[path]
    if (made === undefined) throw new FileError('ENOENT', path)
    return made.text(context)
  }

  write(path: string, bytes: Uint8Array): void {
    const machine = this.#machine()
    const [first = '', ...rest] = path.split('/')
    if (bytes.length > maxSettingBytes) throw new FileError('EINVAL', path)
    const text = Buffer.from(bytes).toString('latin1').replace(/\n.*$/s, '').trim()
    if (first === 'sys') {
      const key = rest.join('/')
      const found = this.#sysctls().get(key)
      if (found === undefined) throw new FileError('ENOENT', path)
      if (key === 'kernel/hostname') machine.hostname = text.slice(0, 64)
      else if (/^-?[\d\s]+$/.test(typeof found.value === 'string' ? found.value : '')) {
        if (!/^-?\d[\d\s]*$/.test(text)) throw new FileError('EINVAL', path)
        // What drops caches does not stay.
        if (key !== 'vm/drop_caches') found.value = text.replace(/\s+/g, '\t')
      } else if (typeof found.value === 'string') {
        found.value = text
      }
      return
    }
    if (/^\d+$/.test(first)) {
      const process = this.#process(Number(first), path)
      const name = inner(rest)[0]
      if (name === 'comm') process.name = text.slice(0, 15)
      else if (!/^(?:oom_|timerslack|coredump|loginuid)/.test(name ?? '')) throw new FileError('EINVAL', path)
      return
    }
    throw new FileError('EIO', path)
  }

  #sysctls(): ReturnType<typeof sysctls> {
    this.#settings ??= sysctls(this.#machine())
    return this.#settings
  }

  #context(caller: Caller): Context {
    return { machine: this.#machine(), caller, process: caller.process }
  }

  #self(caller: Caller, path: string): string {
    if (caller.process === undefined) throw new FileError('ENOENT', path)
    return String(caller.process)
  }

  #process(pid: number, path: string): Process {
    const process = this.#machine().processes.get(pid)
    if (process === undefined) throw new FileError('ENOENT', path)
    return process
  }

  #statOfSetting(path: string): GeneratedStat | undefined {
    if (path === '') return folder
    const settings = this.#sysctls()
    const found = settings.get(path)
    if (found !== undefined) return file(found.mode)
    for (const key of settings.keys()) if (key.startsWith(`${path}/`)) return folder
    return undefined
  }

  #statOfProcess(pid: number, rest: readonly string[]): GeneratedStat | undefined {
    const process = this.#machine().processes.get(pid)
    if (process === undefined) return undefined
    if (rest[0] === 'task' && rest[1] !== undefined && rest[1] !== String(pid)) return undefined
    const { uid, gid } = process.credentials
    const owner = { uid, gid, timeMs: process.startedMs }
    const names = inner(rest)
    const [name, below] = names
    if (name === undefined) return { ...folder, ...owner, nlink: 9 }
    if (name === 'task') return { ...folder, ...owner }
    if (name === 'fd' || name === 'fdinfo') {
      if (names.length === 1) return { type: 'directory', mode: name === 'fd' ? 0o500 : 0o555, ...owner }
      if (names.length > 2 || !descriptors(process, this.#machine()).has(Number(below))) return undefined
      return name === 'fd' ? { ...link(0o700), ...owner, size: 64 } : { ...file(0o444), ...owner }
    }
    if (name === 'net') {
      if (names.length === 1) return { ...folder, timeMs: this.#machine().now() }
      return names.length === 2 && netFiles[below!] !== undefined
        ? file(netFiles[below!]!.mode ?? 0o444)
        : undefined
    }
    if (names.length > 1) return undefined
    if (links.has(name)) return { ...link(0o777), ...owner }
    if (name === 'ns' || name === 'attr' || name === 'map_files') return { ...folder, ...owner }
    const made = processFiles[name]
    return made === undefined ? undefined : { ...file(made.mode), ...owner }
  }

  #namesOfProcess(pid: number, rest: readonly string[], caller: Caller): readonly string[] {
    const process = this.#process(pid, String(pid))
    const names = inner(rest)
    const inTask = rest[0] === 'task' && rest.length > 1
    if (names.length === 0) {
      const all = [
        ...Object.keys(processFiles),
        ...links,
        'attr',
        'fd',
        'fdinfo',
        'map_files',
        'net',
        'ns',
        'task',
      ].toSorted()
      return inTask ? all.filter((name) => name !== 'task') : all
    }
    if (names[0] === 'fd' || names[0] === 'fdinfo') {
      mayLook(process, this.#context(caller), String(pid))
      return [...descriptors(process, this.#machine()).keys()].map(String)
    }
    if (names[0] === 'task') return [String(pid)]
    return names[0] === 'net' ? Object.keys(netFiles) : []
  }
}

/** The names below /proc/PID, or below /proc/PID/task/TID, which has the same. */
function inner(rest: readonly string[]): readonly string[] {
  return rest[0] === 'task' && rest.length > 2
    ? rest.slice(2)
    : rest[0] === 'task' && rest.length === 2
      ? []
      : rest
}

const links = new Set(['cwd', 'exe', 'root'])
const emptyFolders = new Set(['acpi', 'bus', 'driver', 'fs', 'irq', 'pressure', 'sysvipc', 'tty'])
const folder: GeneratedStat = { type: 'directory', mode: 0o555 }
const file = (mode: number): GeneratedStat => ({ type: 'file', mode })
const link = (mode: number): GeneratedStat => ({ type: 'link', mode })

import { isApplet } from '../common/applet.ts'
import { FileError } from '../../files/file-system.ts'
import type { Call } from '../../program.ts'
import { linesOf } from '../../files/accounts.ts'
import { pattern } from './pattern.ts'
import { documented, usage } from './documented.ts'

const root = '/proc/sys'
/** Lines of a file of settings that are looked at. */
const maxSettings = 1000

export const sysctl = documented('sysctl', async (call, given) => {
  const all = given.has('all') || given.has('A') || given.has('X')
  const load = given.options.find((one) => one.name === 'load' || one.name === 'f')
  const system = given.has('system')
  if (!all && load === undefined && !system && given.operands.length === 0) return usage(call)
  let status = 0
  if (system || load !== undefined) {
    const paths = system
      ? settingFiles(call)
      : given.operands.length > 0
        ? given.operands
        : ['/etc/sysctl.conf']
    for (const path of paths) {
      if (system) await call.stdout.write(`* Applying ${path} ...\n`)
      if (!call.files.exists(call.path(path))) {
        await call.stderr.write(`sysctl: cannot open "${path}": No such file or directory\n`)
        status = 1
        continue
      }
      for (const line of linesOf(call.files, call.path(path)).slice(0, maxSettings)) {
        const text = line.trim()
        if (text === '' || text.startsWith('#') || text.startsWith(';')) continue
        if ((await one(call, text.replace(/^-/, ''), given)) !== 0) status = 1
      }
    }
    return status
  }
  if (all) {
    const filter = given.value('pattern')
    const test = filter === undefined ? undefined : pattern(filter, false)
    const names: string[] = []
    const walk = (path: string): void => {
      for (const name of call.files.list(path).toSorted()) {
        const below = `${path}/${name}`
        if (call.files.stat(below).type === 'directory') walk(below)
        else names.push(below)
      }
    }
    walk(root)
    for (const path of names) {
      const key = path.slice(root.length + 1).replaceAll('/', '.')
      if (test !== undefined && !test.within(key)) continue
      await show(call, key, path, given, true)
      await call.spend()
    }
    return 0
  }
  for (const operand of given.operands.slice(0, maxSettings))
    if ((await one(call, operand, given)) !== 0) status = 1
  return status
})

interface Options {
  has(name: string): boolean
}

async function one(call: Call, text: string, given: Options): Promise<number> {
  const equals = text.indexOf('=')
  const name = (equals < 0 ? text : text.slice(0, equals)).trim()
  const path = `${root}/${name.includes('/') ? name.replace(/^\/proc\/sys\//, '') : name.replaceAll('.', '/')}`
  if (equals < 0 && given.has('write')) {
    await call.stderr.write('sysctl: command line(0): invalid syntax, continuing...\n')
    return 1
  }
  if (name.includes('..') || !call.files.exists(path)) {
    if (!given.has('ignore'))
      await call.stderr.write(
        isApplet(call)
          ? `sysctl: error: '${name}' is an unknown key\n`
          : `sysctl: cannot stat ${path}: No such file or directory\n`,
      )
    return given.has('ignore') ? 0 : 1
  }
  const key = name.replaceAll('/', '.')
  if (equals < 0) {
    if (call.files.stat(path).type === 'directory') {
      for (const below of call.files.list(path).toSorted()) await one(call, `${key}.${below}`, given)
      return 0
    }
    return show(call, key, path, given, false)
  }
  const value = text.slice(equals + 1).trim()
  try {
    if ((call.files.stat(path).mode & 0o200) === 0)
      throw new FileError(call.files.credentials.uid === 0 ? 'EPERM' : 'EACCES', path)
    call.files.write(path, Buffer.from(`${value}\n`, 'latin1'))
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    await call.stderr.write(
      error.code === 'EACCES' || error.code === 'EPERM'
        ? `sysctl: permission denied on key "${key}"${error.code === 'EPERM' ? '' : ''}\n`
        : `sysctl: setting key "${key}": ${error.message.split(': ').at(-1)!}\n`,
    )
    return 255
  }
  if (!given.has('quiet')) await call.stdout.write(given.has('values') ? `${value}\n` : `${key} = ${value}\n`)
  return 0
}

async function show(call: Call, key: string, path: string, given: Options, quiet: boolean): Promise<number> {
  if (given.has('names')) {
    await call.stdout.write(`${key}\n`)
    return 0
  }
  try {
    const value = Buffer.from(call.files.read(path)).toString('latin1').trimEnd()
    if (given.has('binary')) await call.stdout.write(value)
    else
      for (const line of value.split('\n'))
        await call.stdout.write(given.has('values') ? `${line}\n` : `${key} = ${line}\n`)
    return 0
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    if (!quiet || error.code === 'EACCES')
      await call.stderr.write(`sysctl: permission denied on key '${key}'\n`)
    return 1
  }
}

function settingFiles(call: Call): string[] {
  const found: string[] = []
  for (const folder of ['/usr/lib/sysctl.d', '/etc/sysctl.d']) {
    try {
      found.push(
        ...call.files
          .list(folder)
          .filter((name) => name.endsWith('.conf'))
          .toSorted()
          .map((name) => `${folder}/${name}`),
      )
    } catch {
      // No such folder.
    }
  }
  if (call.files.exists('/etc/sysctl.conf')) found.push('/etc/sysctl.conf')
  return found
}

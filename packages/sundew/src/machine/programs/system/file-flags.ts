import type { Machine } from '../../machine.ts'
import type { Call, Program } from '../../program.ts'
import { FileError } from '../../files/file-system.ts'

const letters = 'suSDiadAcEjItTeCxFNPVm'
/** The letters that `chattr` knows. */
const changeable = 'aAcCdDeijPsStTuFx'
/** Files with flags on one machine. */
const maxFlagged = 2000

const flags = new WeakMap<Machine, Map<string, Set<string>>>()
function flagsOf(machine: Machine): Map<string, Set<string>> {
  let of = flags.get(machine)
  if (of === undefined) flags.set(machine, (of = new Map()))
  return of
}

/** e2fsprogs 1.47.0. The flags are kept and shown; they hinder nobody, who would see then that they cannot be set for real. */
export const chattr: Program = {
  names: ['chattr'],
  async run(call) {
    const changes: { sign: string; letters: string }[] = []
    const paths: string[] = []
    const options = call.args.filter((arg) => /^-[RVf]+$/.test(arg))
    for (const arg of call.args) {
      if (options.includes(arg)) continue
      const found = /^([-+=])([A-Za-z]+)$/.exec(arg)
      if (found === null || paths.length > 0) {
        paths.push(arg)
        continue
      }
      if (found[2]!.split('').some((letter) => !changeable.includes(letter))) return flagUsage(call)
      changes.push({ sign: found[1]!, letters: found[2]! })
    }
    if (changes.length === 0 && paths.length > 0) {
      await call.stderr.write("Must use '-v', =, - or +\n")
      return 1
    }
    if (paths.length === 0) return flagUsage(call)
    let status = 0
    for (const path of paths.slice(0, 500)) {
      try {
        call.files.stat(call.path(path))
      } catch (error) {
        if (!(error instanceof FileError)) throw error
        await call.stderr.write(`chattr: No such file or directory while trying to stat ${path}\n`)
        status = 1
        continue
      }
      if (call.files.credentials.uid !== 0 && changes.some((change) => /[ia]/.test(change.letters))) {
        await call.stderr.write(`chattr: Operation not permitted while setting flags on ${path}\n`)
        status = 1
        continue
      }
      const all = flagsOf(call.machine)
      const real = call.files.realPath(call.path(path))
      const set = all.get(real) ?? new Set(['e'])
      for (const change of changes) {
        if (change.sign === '=') set.clear()
        for (const letter of change.letters) {
          if (change.sign === '-') set.delete(letter)
          else set.add(letter)
        }
      }
      if (all.size < maxFlagged) all.set(real, set)
    }
    return status
  },
}

export const lsattr: Program = {
  names: ['lsattr'],
  async run(call) {
    const wrong = call.args.find((arg) => /^-./.test(arg) && !/^-[RVadlpv]+$/.test(arg))
    if (wrong !== undefined) {
      await call.stderr.write(`lsattr: invalid option -- '${wrong[1]!}'\n`)
      return flagUsage(call)
    }
    const words = call.args.filter((arg) => !arg.startsWith('-'))
    const itself = call.args.some((arg) => /^-\w*d/.test(arg))
    const hidden = call.args.some((arg) => /^-\w*a/.test(arg))
    let status = 0
    const show = async (path: string): Promise<void> => {
      const set = flagsOf(call.machine).get(call.files.realPath(call.path(path))) ?? new Set(['e'])
      await call.stdout.write(
        `${letters
          .split('')
          .map((letter) => (set.has(letter) ? letter : '-'))
          .join('')} ${path}\n`,
      )
    }
    for (const path of words.length === 0 ? ['.'] : words.slice(0, 500)) {
      try {
        const { type } = call.files.stat(call.path(path))
        if (type !== 'directory' || itself) await show(path)
        else {
          for (const name of call.files.list(call.path(path)).slice(0, 5000)) {
            if (name.startsWith('.') && !hidden) continue
            await show(`${path}/${name}`)
            await call.spend()
          }
        }
      } catch (error) {
        if (!(error instanceof FileError)) throw error
        await call.stderr.write(`lsattr: No such file or directory while trying to stat ${path}\n`)
        status = 1
      }
    }
    return status
  },
}

async function flagUsage(call: Call): Promise<number> {
  await call.stderr.write(
    call.name === 'lsattr'
      ? 'Usage: lsattr [-RVadlpv] [files...]\n'
      : 'Usage: chattr [-RVf] [-+=aAcCdDeijPsStTuFx] [-p project] [-v version] files...\n',
  )
  return 1
}

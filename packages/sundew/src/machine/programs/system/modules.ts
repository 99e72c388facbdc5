import { modules } from '../../kernel/proc/modules.ts'
import type { Program } from '../../program.ts'

export const lsmod: Program = {
  names: ['lsmod'],
  async run(call) {
    if (call.args.length > 0) {
      await call.stderr.write('Usage: lsmod\n')
      return 1
    }
    await call.stdout.write(
      `Module                  Size  Used by\n${modules.map(([name, bytes, users, by]) => `${name.padEnd(19)} ${String(bytes).padStart(8)}  ${users}${by === '' ? '' : ` ${by.replace(/,$/, '')}`}\n`).join('')}`,
    )
    return 0
  },
}

export const modprobe: Program = {
  names: ['modprobe', 'insmod', 'rmmod', 'depmod', 'modinfo'],
  async run(call) {
    const { name, args } = call
    const word = args.find((arg) => !arg.startsWith('-'))
    const root = call.files.credentials.uid === 0
    if (name === 'depmod') return 0
    if (word === undefined) {
      await call.stderr.write(
        `${name}: ERROR: missing ${name === 'insmod' ? 'filename' : 'module name'}.\n`
          .replace('modprobe: ERROR: missing module name.', 'modprobe: ERROR: missing parameters. See -h.')
          .replace('insmod: ERROR: missing filename.', 'insmod: ERROR: missing filename.'),
      )
      return 1
    }
    const key = word.replaceAll('-', '_').replace(/\.ko$/, '')
    const loaded = modules.some(([one]) => one === key)
    if (name === 'modinfo') {
      await call.stderr.write(`modinfo: ERROR: Module ${word} not found.\n`)
      return 1
    }
    if (name === 'insmod') {
      const there = call.files.exists(call.path(word))
      await call.stderr.write(
        there
          ? `insmod: ERROR: could not insert module ${word}: ${root ? 'Invalid module format' : 'Operation not permitted'}\n`
          : `insmod: ERROR: could not load module ${word}: No such file or directory\n`,
      )
      return 1
    }
    if (name === 'rmmod' || args.includes('-r')) {
      if (!loaded) {
        await call.stderr.write(
          name === 'rmmod'
            ? `rmmod: ERROR: Module ${word} is not currently loaded\n`
            : `modprobe: FATAL: Module ${word} not found in directory /lib/modules/${call.machine.persona.kernel.release}\n`,
        )
        return 1
      }
      const users = modules.find(([one]) => one === key)!
      await call.stderr.write(
        !root
          ? `rmmod: ERROR: ../libkmod/libkmod-module.c:799 kmod_module_remove_module() could not remove '${key}': Operation not permitted\nrmmod: ERROR: could not remove module ${word}: Operation not permitted\n`
          : users[2] > 0
            ? `rmmod: ERROR: Module ${word} is in use${users[3] === '' ? '' : ` by: ${users[3].replace(/,$/, '').replaceAll(',', ' ')}`}\n`
            : '',
      )
      return root && users[2] === 0 ? 0 : 1
    }
    if (loaded) return 0
    await call.stderr.write(
      `modprobe: FATAL: Module ${word} not found in directory /lib/modules/${call.machine.persona.kernel.release}\n`,
    )
    return 1
  },
}

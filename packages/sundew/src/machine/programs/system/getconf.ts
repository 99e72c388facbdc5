import type { Program } from '../../program.ts'

export const getconf: Program = {
  names: ['getconf'],
  async run(call) {
    const [name] = call.args.filter((arg) => !arg.startsWith('-'))
    const values: Readonly<Record<string, string>> = {
      LONG_BIT: '64',
      PAGESIZE: '4096',
      PAGE_SIZE: '4096',
      ARG_MAX: '2097152',
      CHILD_MAX: '15445',
      OPEN_MAX: '1024',
      CLK_TCK: '100',
      NGROUPS_MAX: '65536',
      _NPROCESSORS_ONLN: String(call.machine.persona.processor.count),
      _NPROCESSORS_CONF: String(call.machine.persona.processor.count),
      NPROCESSORS_ONLN: String(call.machine.persona.processor.count),
      _PHYS_PAGES: String(Math.floor(call.machine.persona.memoryKb / 4)),
      _AVPHYS_PAGES: String(Math.floor(call.machine.measure().memory.free / 4)),
      GNU_LIBC_VERSION: 'glibc 2.36',
      GNU_LIBPTHREAD_VERSION: 'NPTL 2.36',
      PATH: '/bin:/usr/bin',
      WORD_BIT: '32',
      CHAR_BIT: '8',
      INT_MAX: '2147483647',
      PATH_MAX: '4096',
      NAME_MAX: '255',
      LINE_MAX: '2048',
      HOST_NAME_MAX: '64',
      LOGIN_NAME_MAX: '256',
    }
    if (call.args[0] === '-a') {
      await call.stdout.write(
        Object.entries(values)
          .map(([key, value]) => `${key.padEnd(34)} ${value}\n`)
          .join(''),
      )
      return 0
    }
    if (name === undefined) {
      await call.stderr.write(
        'Usage: getconf [-v specification] variable_name [pathname]\n       getconf -a [pathname]\n',
      )
      return 2
    }
    if (!Object.hasOwn(values, name)) {
      await call.stderr.write(`getconf: Unrecognized variable \`${name}'\n`)
      return 2
    }
    await call.stdout.write(`${values[name]!}\n`)
    return 0
  },
}

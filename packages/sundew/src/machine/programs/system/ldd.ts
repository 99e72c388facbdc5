import type { Program } from '../../program.ts'

export const ldd: Program = {
  names: ['ldd', 'ldconfig'],
  async run(call) {
    if (call.name === 'ldconfig') {
      if (call.args.includes('-p')) {
        await call.stdout.write(
          "2 libs found in cache `/etc/ld.so.cache'\n\tlibc.so.6 (libc6,x86-64) => /lib/x86_64-linux-gnu/libc.so.6\n\tld-linux-x86-64.so.2 (libc6,x86-64) => /lib64/ld-linux-x86-64.so.2\n",
        )
        return 0
      }
      if (call.files.credentials.uid !== 0) {
        await call.stderr.write(
          "/sbin/ldconfig.real: Can't create temporary cache file /etc/ld.so.cache~: Permission denied\n",
        )
        return 1
      }
      return 0
    }
    const names = call.args.filter((arg) => !arg.startsWith('-'))
    if (call.args[0] === '--version') {
      await call.stdout.write(
        'ldd (Debian GLIBC 2.36-9+deb12u10) 2.36\nCopyright (C) 2022 Free Software Foundation, Inc.\nThis is free software; see the source for copying conditions.  There is NO\nwarranty; not even for MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.\nWritten by Roland McGrath and Ulrich Drepper.\n',
      )
      return 0
    }
    if (names.length === 0) {
      await call.stderr.write("ldd: missing file arguments\nTry `ldd --help' for more information.\n")
      return 1
    }
    let status = 0
    const base = (key: string): string =>
      `0x00007f${Math.floor(call.machine.chance(`${key} ${call.process.pid}`) * 2 ** 28)
        .toString(16)
        .padStart(7, '0')}000`
    for (const name of names.slice(0, 50)) {
      if (names.length > 1) await call.stdout.write(`${name}:\n`)
      if (!call.files.exists(call.path(name))) {
        await call.stderr.write(
          `ldd: ${name.includes('/') ? name : `./${name}`}: No such file or directory\n`,
        )
        status = 1
        continue
      }
      const file = call.files.open(call.path(name), { read: true })
      const head = file.read(5)
      file.close()
      if (!(head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46)) {
        await (names.length > 1 ? call.stdout : call.stderr).write('\tnot a dynamic executable\n')
        status = 1
        continue
      }
      await call.stdout.write(
        `\tlinux-vdso.so.1 (0x00007ffd${Math.floor(call.machine.chance(`vdso ${call.process.pid}`) * 2 ** 20)
          .toString(16)
          .padStart(
            5,
            '0',
          )}000)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (${base('libc')})\n\t/lib64/ld-linux-x86-64.so.2 (${base('loader')})\n`,
      )
    }
    return status
  },
}

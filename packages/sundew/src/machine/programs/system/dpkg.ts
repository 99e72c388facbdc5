import { linesOf } from '../../files/accounts.ts'
import type { Program } from '../../program.ts'
import { type Package, installed, matches, maxPackages, read } from './packages.ts'

export const dpkg: Program = {
  names: ['dpkg', 'dpkg-query'],
  async run(call) {
    const [first, ...rest] = call.args
    if (first === undefined) {
      await call.stderr.write(
        'dpkg: error: need an action option\n\nType dpkg --help for help about installing and deinstalling packages [*];\n',
      )
      return 2
    }
    if (first === '--version') {
      await call.stdout.write(
        "Debian 'dpkg' package management program version 1.21.22 (amd64).\nThis is free software; see the GNU General Public License version 2 or\nlater for copying conditions. There is NO warranty.\n",
      )
      return 0
    }
    if (first === '--print-architecture') {
      await call.stdout.write('amd64\n')
      return 0
    }
    const wanted = rest.filter((arg) => !arg.startsWith('-')).slice(0, 100)
    if (first === '-l' || first === '--list') {
      const all = installed(call).filter(
        (one) => wanted.length === 0 || wanted.some((glob) => matches(one.name, glob)),
      )
      if (wanted.length > 0 && all.length === 0) {
        for (const name of wanted) await call.stderr.write(`dpkg-query: no packages found matching ${name}\n`)
        return 1
      }
      const width = (of: (one: Package) => string, least: number): number =>
        Math.max(least, ...all.map((one) => of(one).length))
      const [name, version, architecture] = [
        width((one) => one.name, 14),
        width((one) => one.version, 12),
        width((one) => one.architecture, 12),
      ]
      const line = '='
      await call.stdout.write(
        `Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n||/ ${'Name'.padEnd(name)} ${'Version'.padEnd(version)} ${'Architecture'.padEnd(architecture)} Description\n+++-${line.repeat(name)}-${line.repeat(version)}-${line.repeat(architecture)}-${line.repeat(33)}\n`,
      )
      let text = ''
      for (const one of all)
        text += `ii  ${one.name.padEnd(name)} ${one.version.padEnd(version)} ${one.architecture.padEnd(architecture)} ${one.summary}\n`
      await call.stdout.write(text)
      return 0
    }
    if (first === '-s' || first === '--status') {
      let status = 0
      for (const name of wanted) {
        const block = Buffer.from(read(call))
          .toString('latin1')
          .split('\n\n', maxPackages)
          .find((one) => one.startsWith(`Package: ${name}\n`))
        if (block === undefined) {
          await call.stderr.write(
            `dpkg-query: package '${name}' is not installed and no information is available\nUse dpkg --info (= dpkg-deb --info) to examine archive files.\n`,
          )
          status = 1
        } else await call.stdout.write(`${block}\n`)
      }
      return status
    }
    if (first === '-L' || first === '--listfiles') {
      for (const name of wanted) {
        const lines = linesOf(call.machine.files, `/var/lib/dpkg/info/${name}.list`)
        if (lines.length === 0) {
          await call.stderr.write(
            `dpkg-query: package '${name}' is not installed\nUse dpkg --contents (= dpkg-deb --contents) to list archive files contents.\n`,
          )
          return 1
        }
        await call.stdout.write(lines.map((line) => `${line}\n`).join(''))
      }
      return 0
    }
    if (first === '-S' || first === '--search') {
      await call.stderr.write(`dpkg-query: no path found matching pattern ${wanted[0] ?? ''}\n`)
      return 1
    }
    if (first === '--get-selections') {
      await call.stdout.write(
        installed(call)
          .map((one) => `${one.name}\t\t\t\t\tinstall\n`)
          .join(''),
      )
      return 0
    }
    if (first === '-W' || first === '--show' || first.startsWith('-W')) {
      await call.stdout.write(
        installed(call)
          .filter((one) => wanted.length === 0 || wanted.includes(one.name))
          .map((one) => `${one.name}\t${one.version}\n`)
          .join(''),
      )
      return 0
    }
    if (['-i', '--install', '-r', '--remove', '-P', '--purge', '--configure', '--unpack'].includes(first)) {
      if (call.files.credentials.uid !== 0) {
        await call.stderr.write('dpkg: error: requested operation requires superuser privilege\n')
        return 2
      }
      if (wanted.length === 0) {
        if (first === '--configure') return 0
        await call.stderr.write(
          `dpkg: error: --${{ '-i': 'install', '-r': 'remove', '-P': 'purge' }[first] ?? first.slice(2)} needs at least one package ${first === '-i' || first === '--install' ? 'archive file argument' : 'name argument'}\n`,
        )
        return 2
      }
      for (const name of wanted) {
        if (first === '-i' || first === '--install') {
          await call.stderr.write(
            call.files.exists(call.path(name))
              ? `dpkg-deb: error: '${name}' is not a Debian format archive\ndpkg: error processing archive ${name} (--install):\n dpkg-deb --control subprocess returned error exit status 2\nErrors were encountered while processing:\n ${name}\n`
              : `dpkg: error: cannot access archive '${name}': No such file or directory\n`,
          )
        } else
          await call.stderr.write(`dpkg: warning: ignoring request to remove ${name} which isn't installed\n`)
      }
      return first === '-i' || first === '--install' ? (call.files.exists(call.path(wanted[0]!)) ? 1 : 2) : 0
    }
    await call.stderr.write(
      `dpkg: error: unknown option ${first.startsWith('--') ? first : first.slice(0, 2)}\n\nType dpkg --help for help about installing and deinstalling packages [*];\n`,
    )
    return 2
  },
}

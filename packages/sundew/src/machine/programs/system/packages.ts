import type { Call, Program } from '../../program.ts'
import { linesOf } from '../../files/accounts.ts'

interface Package {
  readonly name: string
  readonly version: string
  readonly architecture: string
  readonly summary: string
}

/** Packages that are read of the status file. */
const maxPackages = 5000

function installed(call: Call): Package[] {
  let text = ''
  try {
    text = Buffer.from(call.machine.files.read('/var/lib/dpkg/status')).toString('latin1')
  } catch {
    return []
  }
  return text.split('\n\n', maxPackages).flatMap((block) => {
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
    if (!field('Status').endsWith(' installed')) return []
    return [
      {
        name: field('Package'),
        version: field('Version'),
        architecture: field('Architecture'),
        summary: field('Description'),
      },
    ]
  })
}

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

function read(call: Call): Uint8Array {
  try {
    return call.machine.files.read('/var/lib/dpkg/status')
  } catch {
    return new Uint8Array(0)
  }
}

/** `*` is all that is understood of globs, without an expression made of it. */
function matches(name: string, glob: string): boolean {
  const parts = glob.split('*', 20)
  if (parts.length === 1) return name === glob
  let at = 0
  for (const [index, part] of parts.entries()) {
    const found = index === 0 ? (name.startsWith(part) ? 0 : -1) : name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return parts.at(-1) === '' || name.endsWith(parts.at(-1)!)
}

/** Where an update would go. */
function sources(call: Call): { readonly uri: string; readonly suite: string }[] {
  const lines = linesOf(call.machine.files, '/etc/apt/sources.list')
  const found = lines.flatMap((line) => {
    const words = line
      .trim()
      .split(/\s+/)
      .filter((word) => !word.startsWith('['))
    return words[0] === 'deb' && words[2] !== undefined
      ? [{ uri: words[1]!.replace(/\/$/, ''), suite: words[2] }]
      : []
  })
  return found.length > 0
    ? found.slice(0, 20)
    : [
        { uri: 'http://deb.debian.org/debian', suite: 'bookworm' },
        { uri: 'http://security.debian.org/debian-security', suite: 'bookworm-security' },
        { uri: 'http://deb.debian.org/debian', suite: 'bookworm-updates' },
      ]
}

/** apt 2.6.1: the machine resolves nothing, as one whose resolver is broken. */
export const apt: Program = {
  names: ['apt', 'apt-get', 'aptitude'],
  async run(call) {
    const words = call.args.filter((arg) => !arg.startsWith('-'))
    const [verb, ...names] = words
    const root = call.files.credentials.uid === 0
    if (call.args.includes('--version') || call.args.includes('-v')) {
      await call.stdout.write('apt 2.6.1 (amd64)\n')
      return 0
    }
    if (call.name === 'apt' && call.stdout.terminal === undefined && verb !== undefined) {
      await call.stderr.write(
        '\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n',
      )
    }
    const locked = async (): Promise<number> => {
      await call.stderr.write(
        verb === 'update'
          ? 'E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\nE: Unable to lock directory /var/lib/apt/lists/\n'
          : 'E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n',
      )
      return 100
    }
    switch (verb) {
      case 'update': {
        if (!root) return locked()
        const all = sources(call)
        const host = (uri: string): string => uri.replace(/^\w+:\/\//, '').split('/')[0]!
        for (const [index, { uri, suite }] of all.entries()) {
          await call.sleep(index < 2 ? 1600 : 20)
          await call.stdout.write(
            `Err:${index + 1} ${uri} ${suite} InRelease\n  Temporary failure resolving '${host(uri)}'\n`,
          )
        }
        await call.stdout.write('Reading package lists... Done\n')
        if (call.name === 'apt')
          await call.stdout.write(
            'Building dependency tree... Done\nReading state information... Done\nAll packages are up to date.\n',
          )
        for (const { uri, suite } of all)
          await call.stderr.write(
            `W: Failed to fetch ${uri}/dists/${suite}/InRelease  Temporary failure resolving '${host(uri)}'\n`,
          )
        await call.stderr.write(
          'W: Some index files failed to download. They have been ignored, or old ones used instead.\n',
        )
        return 0
      }
      case 'install':
      case 'reinstall': {
        if (!root) return locked()
        await call.stdout.write(
          'Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n',
        )
        const have = installed(call)
        let status = 0
        for (const name of names.slice(0, 100)) {
          const found = have.find((one) => one.name === name)
          await call.spend()
          if (found !== undefined)
            await call.stdout.write(`${name} is already the newest version (${found.version}).\n`)
          else {
            await call.stderr.write(
              name.startsWith('./') || name.startsWith('/')
                ? `E: Unsupported file ${name} given on commandline\n`
                : `E: Unable to locate package ${name}\n`,
            )
            status = 100
          }
        }
        if (status === 0)
          await call.stdout.write('0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n')
        return status
      }
      case 'remove':
      case 'purge': {
        if (!root) return locked()
        await call.stdout.write(
          'Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n',
        )
        const have = installed(call)
        for (const name of names.slice(0, 100)) {
          if (!have.some((one) => one.name === name)) {
            await call.stderr.write(`E: Unable to locate package ${name}\n`)
            return 100
          }
        }
        await call.stderr.write(
          'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 0\n'.replace(
            ' It is held by process 0',
            ' It is held by another process',
          ),
        )
        return 100
      }
      case 'upgrade':
      case 'dist-upgrade':
      case 'full-upgrade':
      case 'autoremove':
        if (!root) return locked()
        await call.stdout.write(
          `Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n${verb === 'autoremove' ? '' : 'Calculating upgrade... Done\n'}0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n`,
        )
        return 0
      case 'clean':
      case 'autoclean':
        return root ? 0 : locked()
      case 'list':
        await call.stdout.write(
          `Listing... Done\n${installed(call)
            .filter((one) => names.length === 0 || names.includes(one.name))
            .map((one) => `${one.name}/now ${one.version} ${one.architecture} [installed,local]\n`)
            .join('')}`,
        )
        return 0
      case 'search':
        await call.stdout.write('Sorting... Done\nFull Text Search... Done\n')
        return 0
      case 'show':
      case 'policy':
        return call.run(['apt-cache', verb, ...names])
      case undefined:
        await call.stdout.write(
          call.name === 'apt'
            ? `apt 2.6.1 (amd64)\nUsage: apt [options] command\n\nMost used commands:\n${commands.map((one) => `  ${one}\n`).join('')}\n`
            : 'apt 2.6.1 (amd64)\nUsage: apt-get [options] command\n',
        )
        return 0
      default:
        await call.stderr.write(`E: Invalid operation ${verb}\n`)
        return 100
    }
  },
}

const commands = [
  'list',
  'search',
  'show',
  'install',
  'reinstall',
  'remove',
  'autoremove',
  'update',
  'upgrade',
  'full-upgrade',
  'edit-sources',
  'satisfy',
]

export const aptCache: Program = {
  names: ['apt-cache', 'apt-key', 'apt-mark'],
  async run(call) {
    const [verb, ...names] = call.args.filter((arg) => !arg.startsWith('-'))
    if (call.name !== 'apt-cache' || verb === 'search') return 0
    let status = 0
    const have = installed(call)
    for (const name of names.slice(0, 50)) {
      const found = have.find((one) => one.name === name)
      if (verb === 'policy') {
        if (found !== undefined)
          await call.stdout.write(
            `${name}:\n  Installed: ${found.version}\n  Candidate: ${found.version}\n  Version table:\n *** ${found.version} 100\n        100 /var/lib/dpkg/status\n`,
          )
        else await call.stderr.write(`N: Unable to locate package ${name}\n`)
      } else if (found !== undefined)
        await call.stdout.write(
          `Package: ${name}\nVersion: ${found.version}\nArchitecture: ${found.architecture}\nDescription: ${found.summary}\n\n`,
        )
      else {
        await call.stderr.write(`N: Unable to locate package ${name}\nE: No packages found\n`)
        status = 100
      }
    }
    if (verb === undefined) await call.stderr.write('E: Invalid operation \n'.replace(' \n', '\n'))
    return status
  },
}

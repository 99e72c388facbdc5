import { linesOf } from '../../files/accounts.ts'
import type { Call, Program } from '../../program.ts'
import { installed } from './packages.ts'

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

import type { Credentials } from '../../../../src/machine/files/file-system.ts'
import { startLastLogins } from '../../../../src/machine/files/last-logins.ts'
import { personaTree } from '../../../../src/machine/files/persona-tree.ts'
import type { Happening } from '../../../../src/machine/happening.ts'
import { bootTime } from '../../../../src/machine/kernel/boot.ts'
import { chanceOf } from '../../../../src/machine/kernel/chance.ts'
import { createMachine, type KernelMachine } from '../../../../src/machine/kernel/create-machine.ts'
import { hardware } from '../../../../src/machine/kernel/hardware.ts'
import { networkOf } from '../../../../src/machine/kernel/network.ts'
import { ProcFiles } from '../../../../src/machine/kernel/proc/proc-files.ts'
import { SysFiles } from '../../../../src/machine/kernel/sys-files.ts'
import { personas } from '../../../../src/machine/personas.ts'
import type { PersonaName } from '../../../../src/machine/persona.ts'
import { Killed, type RunOptions } from '../../../../src/machine/program.ts'
import { find } from '../../../../src/machine/programs/programs.ts'
import { Budget } from '../../../../src/machine/shell/budget.ts'
import { makeCall } from '../../../../src/machine/shell/call.ts'
import { input } from '../../call.ts'

export interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
  readonly happenings: readonly Happening[]
}

/** A whole machine, with somebody logged in by SSH, and their shell. */
export interface OnMachine {
  readonly machine: KernelMachine
  readonly shellPid: number
  run(
    argv: readonly string[],
    settings?: { stdin?: string; as?: Credentials; environment?: Record<string, string> },
  ): Promise<Ran>
}

const rootUser: Credentials = { uid: 0, gid: 0, groups: [0] }

export function onMachine(
  settings: { source?: string; persona?: PersonaName; now?: () => number; secret?: string } = {},
): OnMachine {
  const now = settings.now ?? Date.now
  const source = settings.source ?? '192.0.2.77'
  const secret = settings.secret ?? 'a secret'
  const persona = personas[settings.persona ?? 'debian-12']
  const chance = chanceOf(secret, `${persona.name}\0${source}`)
  const own = '198.51.100.20'
  const tree = personaTree(persona, () => ({
    hostname: 'web01',
    chance,
    bootMs: bootTime(chance, now()),
    now,
    network: networkOf(hardware(persona, chance), own, chance),
    pidOf: (name) => machine.processes.list().find((one) => one.name === name && one.parent === 1)?.pid,
  }))
  const machine: KernelMachine = createMachine({
    persona,
    source,
    secret,
    files: tree.files,
    hostname: 'web01',
    address: own,
    now,
  })
  tree.mount({
    device: 'proc',
    path: '/proc',
    type: 'proc',
    options: 'rw,nosuid,nodev,noexec,relatime',
    holds: { generated: new ProcFiles(() => machine) },
  })
  tree.mount({
    device: 'sysfs',
    path: '/sys',
    type: 'sysfs',
    options: 'rw,nosuid,nodev,noexec,relatime',
    holds: { generated: new SysFiles(() => machine) },
  })
  const last = machine.logins.at(-1)!
  startLastLogins(tree.own, 0, { ms: last.sinceMs, tty: last.tty, host: last.from })
  const listener = machine.processes.list().find((one) => one.name === 'sshd' || one.name === 'dropbear')
  const environment = new Map([
    ['USER', 'root'],
    ['HOME', '/root'],
    ['LANG', 'C.UTF-8'],
    ['SSH_CONNECTION', `192.0.2.77 50122 ${own} 22`],
  ])
  const server = machine.processes.add({
    parent: listener?.pid ?? 1,
    credentials: rootUser,
    argv: ['sshd: root@pts/0'],
    executable: '/usr/sbin/sshd',
    directory: '/',
    environment: new Map(),
    leadsSession: true,
  })
  const shell = machine.processes.add({
    parent: server.pid,
    credentials: rootUser,
    tty: 'pts/0',
    argv: ['-bash'],
    executable: '/usr/bin/bash',
    directory: '/root',
    environment,
    leadsSession: true,
  })
  machine.logIn({ user: 'root', tty: 'pts/0', from: '192.0.2.77', pid: server.pid })

  const run: OnMachine['run'] = async (argv, { stdin = '', as = rootUser, environment: more = {} } = {}) => {
    const happenings: Happening[] = []
    let out = ''
    let err = ''
    const start = async (words: readonly string[], options: RunOptions, parent: number): Promise<number> => {
      const name = words[0]!.slice(words[0]!.lastIndexOf('/') + 1)
      const program = find(name)
      if (program === undefined) return 127
      const credentials = options.credentials ?? as
      const controller = new AbortController()
      const given = options.environment ?? new Map([...environment, ...Object.entries(more)])
      const process = machine.processes.add({
        parent,
        credentials,
        tty: 'pts/0',
        argv: words,
        executable: `/usr/bin/${name}`,
        directory: options.directory ?? '/root',
        environment: given,
        leadsGroup: true,
        onKill: (signal) => controller.abort(new Killed(signal)),
      })
      process.state = 'R'
      const call = makeCall({
        argv: words,
        environment: given,
        directory: options.directory ?? '/root',
        umask: 0o022,
        stdin: options.stdin ?? input(stdin),
        stdout: options.stdout ?? { write: async (bytes) => void (out += text(bytes)) },
        stderr: options.stderr ?? { write: async (bytes) => void (err += text(bytes)) },
        terminal: undefined,
        files: tree.files.as(credentials, process.pid),
        machine,
        process,
        signal: controller.signal,
        budget: new Budget(() => {}),
        happened: (one) => happenings.push(one),
        run: (inner, innerOptions) => start(inner, innerOptions, process.pid),
        shell: () => Promise.resolve(127),
      })
      try {
        return await program.run(call)
      } catch (error) {
        if (error instanceof Killed) return 128 + error.signal
        throw error
      } finally {
        machine.processes.remove(process.pid)
      }
    }
    const status = await start(argv, {}, shell.pid)
    return { status, out, err, happenings }
  }
  return { machine, shellPid: shell.pid, run }
}

function text(bytes: Uint8Array | string): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1')
}

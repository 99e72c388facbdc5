import { startLastLogins } from '../files/last-logins.ts'
import { personaTree } from '../files/persona-tree.ts'
import type { MachineRequest } from '../host.ts'
import { bootTime } from '../kernel/boot.ts'
import { chanceOf } from '../kernel/chance.ts'
import { createMachine, type KernelMachine } from '../kernel/create-machine.ts'
import { hardware } from '../kernel/hardware.ts'
import { networkOf } from '../kernel/network.ts'
import { ProcFiles } from '../kernel/proc/proc-files.ts'
import { SysFiles } from '../kernel/sys-files.ts'
import { personas } from '../personas.ts'
import type { Install, Installed } from './installed.ts'
import { runOn } from './run-on.ts'

export interface InstallerOptions {
  /** Of this Sundew: what its machines look like follows from it. */
  readonly secret: string
  /** What one machine's files may hold. */
  readonly sourceBytes: number
}

/** Files, directories and links that an intruder may make on one machine. */
const maxFiles = 20_000

/** Puts machines together: the tree, the kernel, what runs programs. */
export function installer({ secret, sourceBytes }: InstallerOptions): Install {
  return async (request: MachineRequest): Promise<Installed> => {
    const persona = personas[request.persona]
    const hostname = request.hostname.split('.', 1)[0]!
    const { address } = request.own
    // What the machine will say of itself: its tree wants to know before there is a machine.
    const chance = chanceOf(secret, `${persona.name}\0${request.source}`)
    const facts = {
      hostname,
      chance,
      bootMs: bootTime(chance, Date.now()),
      now: Date.now,
      network: networkOf(hardware(persona, chance), address, chance),
      pidOf: (name: string) =>
        machine.processes.list().find((one) => one.name === name && one.parent === 1)?.pid,
    }
    const tree = personaTree(persona, () => facts, {
      limits: { bytes: sourceBytes, files: maxFiles },
      onLosing: (file) => installed.onLosing(file),
      onLimit: (limit, value) => installed.onLimit(limit, value),
    })
    const machine: KernelMachine = createMachine({
      persona,
      source: request.source,
      secret,
      files: tree.files,
      hostname,
      address,
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
    const last = machine.logins.at(-1)
    if (last !== undefined) startLastLogins(tree.own, 0, { ms: last.sinceMs, tty: last.tty, host: last.from })
    const installed: Installed = {
      machine,
      own: tree.own,
      heldBytes: () => tree.used.bytes,
      logIn: (login) => {
        const entry = machine.logIn(login)
        return { entry, out: () => machine.logOut(login.pid) }
      },
      takeLeft: () => tree.left.takeAll(),
      onLosing: () => {},
      onLimit: () => {},
      take: (path) => tree.files.take(path),
      run: (start) => runOn(installed, start),
    }
    return installed
  }
}

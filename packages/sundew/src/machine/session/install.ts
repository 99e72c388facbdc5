import { personaTree } from '../files/persona-tree.ts'
import type { MachineRequest } from '../host.ts'
import { createMachine, type KernelMachine } from '../kernel/create-machine.ts'
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
    // The tree asks for the machine at its first use, which is after both stand.
    const tree = personaTree(persona, () => machine, {
      limits: { bytes: sourceBytes, files: maxFiles },
      onLosing: (file) => installed.onLosing(file),
      onLimit: (limit, value) => installed.onLimit(limit, value),
    })
    const machine: KernelMachine = createMachine({
      persona,
      source: request.source,
      secret,
      files: tree.files,
      hostname: request.hostname.split('.', 1)[0]!,
      address: request.own.address,
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
      run: (start) => runOn(machine, start),
    }
    return installed
  }
}

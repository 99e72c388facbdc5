import { emptyBase } from '../files/base.ts'
import { Tree } from '../files/tree.ts'
import { createMachine } from '../kernel/create-machine.ts'
import { personas } from '../personas.ts'
import type { MachineRequest } from '../host.ts'
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

/** Puts machines together: the tree, the kernel, the shell. */
export function installer({ secret, sourceBytes }: InstallerOptions): Install {
  return async (request: MachineRequest): Promise<Installed> => {
    const persona = personas[request.persona]
    const tree = new Tree({
      root: {
        device: '/dev/vda1',
        type: 'ext4',
        options: 'rw,relatime',
        holds: { base: emptyBase({ mode: 0o755, uid: 0, gid: 0, timeMs: Date.now() }) },
      },
      limits: { bytes: sourceBytes, files: maxFiles },
      onLosing: (file) => installed.onLosing(file),
      onLimit: (limit, value) => installed.onLimit(limit, value),
    })
    const machine = createMachine({
      persona,
      source: request.source,
      secret,
      files: tree.files,
      hostname: request.hostname.split('.', 1)[0]!,
      address: request.own.address,
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

import { emptyBase, type Base } from './base.ts'
import { standardDevices, type Device, type Devices } from './devices.ts'
import type { FileSystem, LeftFile, Mount } from './file-system.ts'
import { GeneratedVolume, type GeneratedFiles } from './generated.ts'
import { Left } from './left.ts'
import { MemoryVolume } from './memory-volume.ts'
import type { Volume } from './node.ts'
import { OwnPrograms } from './own-programs.ts'
import { defaultTreeLimits, Room, VolumeRoom, type TreeLimits } from './room.ts'
import { TreeFiles } from './tree-files.ts'
import { walk } from './walk.ts'

/** Something to mount. */
export interface NewMount {
  /** As /proc/mounts names it: `/dev/vda1`, `proc`, `tmpfs`. */
  readonly device: string
  readonly path: string
  readonly type: string
  /** `rw,relatime,…`; `ro` first makes it so. */
  readonly options: string
  /** st_dev: `major * 256 + minor`. Anonymous ones are numbered where it is left out. */
  readonly dev?: number
  /** What it holds before anybody touches it, or a tree that is generated; nothing where it is left out. */
  readonly holds?: { readonly base: Base } | { readonly generated: GeneratedFiles }
  /** Of the root of one that holds nothing: 0o755 where it is left out. */
  readonly mode?: number
  /** What its disk makes believe to be. */
  readonly disk?: {
    readonly totalBytes: number
    readonly freeBytes: number
    readonly totalFiles: number
    readonly freeFiles: number
  }
}

export interface TreeOptions {
  readonly root: Omit<NewMount, 'path'>
  readonly limits?: TreeLimits
  /** Milliseconds since 1970: the real clock where it is left out. */
  readonly now?: () => number
  /** Beside the usual ones; by `b254:0`. */
  readonly devices?: ReadonlyMap<string, Device>
  /** An intruder's bytes are about to go: removed, replaced, cut. */
  readonly onLosing?: (file: LeftFile) => void
  /** One of {@link TreeLimits} refused something. */
  readonly onLimit?: (limit: 'files' | 'file_bytes', value: number) => void
}

const plenty = { totalBytes: 2 ** 34, freeBytes: 2 ** 33, totalFiles: 2 ** 20, freeFiles: 2 ** 19 }
const nothing = { totalBytes: 0, freeBytes: 0, totalFiles: 0, freeFiles: 0 }

/** The files of one machine: volumes, mounted into one another. */
export class Tree {
  /** As root sees it; what is written through it counts as the intruder's. */
  readonly files: FileSystem
  /** As root sees it; what is written through it is the machine's own. */
  readonly own: FileSystem
  readonly root: Volume
  readonly devices: Devices
  readonly left: Left
  readonly #programs = new OwnPrograms()
  readonly #room: Room
  readonly #now: () => number
  readonly #mounts: { readonly mount: NewMount; readonly volume: Volume }[] = []
  #anonymous = 20

  constructor(options: TreeOptions) {
    this.#now = options.now ?? Date.now
    this.#room = new Room(options.limits ?? defaultTreeLimits, options.onLimit ?? (() => {}))
    this.left = new Left(this.#programs, options.onLosing ?? (() => {}))
    this.devices = new Map([...standardDevices, ...(options.devices ?? [])])
    const mount = { ...options.root, path: '/' }
    this.root = this.#volume(mount)
    this.#mounts.push({ mount, volume: this.root })
    const caller = { uid: 0, gid: 0, groups: [0], process: undefined }
    this.files = new TreeFiles(this, caller, this.left)
    this.own = new TreeFiles(this, caller, undefined)
  }

  /** Memory and files in use beyond the base. */
  get used(): { readonly bytes: number; readonly files: number } {
    return { bytes: this.#room.bytes, files: this.#room.files }
  }

  /** Mounts over a directory, which has to be there. @throws FileError ENOENT, ENOTDIR */
  mount(mount: NewMount): void {
    const root = { uid: 0, gid: 0, groups: [], process: undefined }
    const { node } = walk(this.root.root, root, `${mount.path}/`, 'follow')
    if (node === undefined) throw new Error(`Cannot mount at ${mount.path}: no such directory.`)
    const volume = this.#volume(mount)
    node.volume.covered.set(node.key, volume)
    this.#mounts.push({ mount, volume })
  }

  mounts(): Mount[] {
    return this.#mounts.map(({ mount, volume }) => describe(mount, volume))
  }

  mountOf(volume: Volume): Mount {
    const found = this.#mounts.find((m) => m.volume === volume)!
    return describe(found.mount, found.volume)
  }

  #volume(mount: NewMount): Volume {
    const dev = mount.dev ?? this.#anonymous++
    const readOnly = mount.options.split(',').includes('ro')
    if (mount.holds !== undefined && 'generated' in mount.holds) {
      return new GeneratedVolume({
        dev,
        files: mount.holds.generated,
        readOnly,
        now: this.#now,
        type: mount.type,
      })
    }
    const base =
      mount.holds?.base ?? emptyBase({ mode: mount.mode ?? 0o755, uid: 0, gid: 0, timeMs: this.#now() })
    this.#programs.add(base)
    return new MemoryVolume({
      dev,
      base,
      room: new VolumeRoom(this.#room, mount.disk ?? plenty),
      readOnly,
      sizes: mount.type.endsWith('tmpfs') ? 'names' : 'blocks',
      now: this.#now,
    })
  }
}

function describe(mount: NewMount, volume: Volume): Mount {
  const room = volume instanceof MemoryVolume ? volume.room : nothing
  return {
    device: mount.device,
    path: mount.path,
    type: mount.type,
    options: mount.options,
    totalBytes: room.totalBytes,
    freeBytes: room.freeBytes,
    totalFiles: room.totalFiles,
    freeFiles: room.freeFiles,
  }
}

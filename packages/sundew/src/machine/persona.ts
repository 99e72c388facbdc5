/** Which machine it makes believe to be. */
export interface MachinePersona {
  readonly name: PersonaName
  /** What interprets commands: bash 5.2, or busybox's ash. */
  readonly shell: 'bash' | 'ash'
  /** `uname -s -r -v -m`'s parts, and -o. */
  readonly kernel: {
    readonly name: string
    readonly release: string
    readonly version: string
    readonly machine: string
    readonly operatingSystem: string
  }
  readonly processor: {
    readonly model: string
    readonly count: number
    readonly mhz: number
  }
  readonly memoryKb: number
  readonly diskBytes: number
}

/** Debian 12 on a small server; a router and a camera with BusyBox, big-endian MIPS and little-endian ARM. */
export type PersonaName = 'debian-12' | 'router-mips' | 'camera-arm'

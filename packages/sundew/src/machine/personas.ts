import type { MachinePersona, PersonaName } from './persona.ts'

/** Each persona as it is before a machine makes it its own: see `kernel/hardware.ts`. */
export const personas: Readonly<Record<PersonaName, MachinePersona>> = {
  'debian-12': {
    name: 'debian-12',
    shell: 'bash',
    kernel: {
      name: 'Linux',
      release: '6.1.0-37-amd64',
      version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)',
      machine: 'x86_64',
      operatingSystem: 'GNU/Linux',
    },
    processor: { model: 'Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz', count: 2, mhz: 2399.998 },
    memoryKb: 4_018_128,
    diskBytes: 40 * 1024 ** 3,
  },
  'router-mips': {
    name: 'router-mips',
    shell: 'ash',
    kernel: {
      name: 'Linux',
      release: '4.14.221',
      version: '#0 Mon Feb 15 15:22:37 2021',
      machine: 'mips',
      operatingSystem: 'GNU/Linux',
    },
    processor: { model: 'MIPS 74Kc V5.0', count: 1, mhz: 560 },
    memoryKb: 125_472,
    diskBytes: 16 * 1024 ** 2,
  },
  'camera-arm': {
    name: 'camera-arm',
    shell: 'ash',
    kernel: {
      name: 'Linux',
      release: '3.4.35',
      version: '#1 Tue Jul 12 15:04:21 CST 2016',
      machine: 'armv5tejl',
      operatingSystem: 'GNU/Linux',
    },
    processor: { model: 'ARM926EJ-S rev 5 (v5l)', count: 1, mhz: 540 },
    memoryKb: 39_684,
    diskBytes: 8 * 1024 ** 2,
  },
}

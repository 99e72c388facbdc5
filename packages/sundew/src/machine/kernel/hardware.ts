import type { MachinePersona } from '../persona.ts'

/** A persona with a machine's own processors and memory: a fleet of equal servers would be known by them. */
export function hardware(persona: MachinePersona, chance: (key: string) => number): MachinePersona {
  if (persona.name !== 'debian-12') return persona
  const [model, mhz] = servers[Math.floor(chance('processor') * servers.length)]!
  const size = Math.floor(chance('memory size') * 3)
  // Some hundred pages differ with firmware and kernel command line.
  const reserved = 172_000 + Math.floor(chance('memory') * 900) * 4 + size * 21_000
  return {
    ...persona,
    processor: { model, count: [1, 2, 4][size]!, mhz: mhz + Math.floor(chance('mhz') * 9) / 1000 },
    memoryKb: [2, 4, 8][size]! * 1024 * 1024 - reserved,
    diskBytes: persona.diskBytes,
  }
}

const servers = [
  ['Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz', 2399.991],
  ['Intel(R) Xeon(R) CPU E5-2650 v4 @ 2.20GHz', 2199.994],
  ['Intel(R) Xeon(R) CPU E5-2690 v3 @ 2.60GHz', 2599.986],
  ['Intel(R) Xeon(R) CPU E5-2620 v4 @ 2.10GHz', 2099.99],
  ['Intel(R) Xeon(R) CPU E5-2697A v4 @ 2.60GHz', 2599.992],
] as const

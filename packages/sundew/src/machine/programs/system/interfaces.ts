import { linkLocal, networkAddress } from '../../kernel/proc/net.ts'
import type { Machine, Measures } from '../../machine.ts'

export interface Interface {
  readonly index: number
  readonly name: string
  readonly loopback: boolean
  readonly mac: string
  readonly mtu: number
  readonly queue: string
  readonly counts: Measures['interfaces'][number]
  /** Address with prefix, scope. */
  readonly v4: readonly string[]
  readonly v6: readonly string[]
}

/** What was changed by `ip` and `ifconfig`: more addresses, which are down. */
interface Changes {
  readonly added: Map<string, string[]>
  readonly down: Set<string>
  readonly routes: string[]
}

const changes = new WeakMap<Machine, Changes>()

/** So many addresses and routes may be added. */
export const maxAdded = 32

export function changesOf(machine: Machine): Changes {
  let of = changes.get(machine)
  if (of === undefined) changes.set(machine, (of = { added: new Map(), down: new Set(), routes: [] }))
  return of
}

export function interfaces(machine: Machine): Interface[] {
  const { network } = machine
  const { added } = changesOf(machine)
  return machine.measure().interfaces.map((counts, at) => {
    const loopback = counts.name === 'lo'
    return {
      index: at + 1,
      name: counts.name,
      loopback,
      mac: loopback ? '00:00:00:00:00:00' : network.mac,
      mtu: loopback ? 65_536 : 1500,
      queue: loopback ? 'noqueue' : 'fq_codel',
      counts,
      v4: [
        loopback ? '127.0.0.1/8' : `${network.address}/${network.prefix}`,
        ...(added.get(counts.name) ?? []),
      ],
      v6: [loopback ? '::1/128' : `${linkLocal(network.mac)}/64`],
    }
  })
}

export const mask = (prefix: number): string =>
  [0, 8, 16, 24].map((at) => (256 - 2 ** (8 - Math.max(0, Math.min(8, prefix - at)))) % 256).join('.')

export const broadcast = (address: string, prefix: number): string => {
  const base = networkAddress(address, prefix).split('.').map(Number)
  const bits = mask(prefix).split('.').map(Number)
  return base.map((part, at) => part | (255 - bits[at]!)).join('.')
}

import type { Machine } from '../../machine.ts'

/** A random-looking UUID (version 4) of sixteen chances. */
export function uuidOf(chance: (key: string) => number, key: string): string {
  let hex = ''
  for (let i = 0; i < 32; i++) hex += Math.floor(chance(`${key} ${i}`) * 16).toString(16)
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) % 4]!
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** That of the root file system: what /etc/fstab says, while it does. */
export function rootUuid(machine: Machine): string {
  try {
    const table = Buffer.from(machine.files.read('/etc/fstab')).toString('latin1')
    const found = /^UUID=([\da-f-]{36})\s+\/\s/m.exec(table)?.[1]
    if (found !== undefined) return found
  } catch {
    // Removed: the kernel has its own.
  }
  return uuidOf(machine.chance, 'root file system')
}

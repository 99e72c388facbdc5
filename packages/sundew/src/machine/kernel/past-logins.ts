import type { Login, Machine } from '../machine.ts'

/** Who was in before anybody came: an administrator, soon after the start. */
export function pastLogins(
  network: Machine['network'],
  chance: (key: string) => number,
  bootMs: number,
): Login[] {
  const near = network.address.split('.').slice(0, 2).join('.')
  const from = `${near}.${Math.floor(chance('admin net') * 200) + 10}.${Math.floor(chance('admin') * 200) + 20}`
  const count = 1 + Math.floor(chance('past logins') * 3)
  return Array.from({ length: count }, (_, at) => {
    const sinceMs = bootMs + (at + 1) * 700_000 + Math.floor(chance(`login ${count - 1 - at}`) * 500_000)
    const untilMs = sinceMs + 60_000 + Math.floor(chance(`stay ${count - 1 - at}`) * 500_000)
    return { user: 'root', tty: 'pts/0', from, sinceMs, untilMs }
  })
}

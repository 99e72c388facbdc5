import type { Machine } from '../machine.ts'
import type { MachinePersona } from '../persona.ts'

/** The network a machine makes believe to be in, around the address that it was reached by. */
export function networkOf(
  persona: MachinePersona,
  address: string,
  chance: (key: string) => number,
): Machine['network'] {
  const reached = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const own =
    reached === undefined || reached.startsWith('127.') || reached === '0.0.0.0'
      ? `10.${Math.floor(chance('net a') * 200)}.${Math.floor(chance('net b') * 250)}.${10 + Math.floor(chance('host') * 200)}`
      : reached
  const [a, b, c, d] = own.split('.').map(Number)
  const gateway = `${a}.${b}.${c}.${d === 1 ? 254 : 1}`
  const router = persona.name === 'router-mips'
  const maker = persona.shell === 'bash' ? '52:54:00' : router ? 'c0:4a:00' : '00:12:31'
  const tail = ['mac a', 'mac b', 'mac c'].map((key) =>
    Math.floor(chance(key) * 256)
      .toString(16)
      .padStart(2, '0'),
  )
  const names = ['eth0', 'ens3', 'ens18', 'enp1s0']
  return {
    address: own,
    prefix: 24,
    gateway,
    mac: `${maker}:${tail.join(':')}`,
    interface:
      persona.shell === 'ash'
        ? router
          ? 'br-lan'
          : 'eth0'
        : names[Math.floor(chance('interface') * names.length)]!,
    resolvers: chance('resolvers') < 0.5 ? ['1.1.1.1', '8.8.8.8'] : [gateway],
  }
}

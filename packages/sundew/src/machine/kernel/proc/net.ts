import { socketsOf, type Socket } from '../sockets.ts'
import type { Machine } from '../../machine.ts'
import type { Made } from './context.ts'

/** /proc/net. */
export const netFiles: Readonly<Record<string, Made>> = {
  dev: {
    text: ({ machine }) => {
      let text =
        'Inter-|   Receive                                                |  Transmit\n' +
        ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n'
      for (const one of machine.measure().interfaces) {
        text +=
          `${one.name.padStart(6)}: ${String(one.receivedBytes).padStart(7)} ${String(one.receivedPackets).padStart(7)}    0    0    0     0          0         0 ` +
          `${String(one.sentBytes).padStart(8)} ${String(one.sentPackets).padStart(7)}    0    0    0     0       0          0\n`
      }
      return text
    },
  },
  route: {
    text: ({ machine }) => {
      const { network } = machine
      const line = (text: string): string => `${text.padEnd(127)}\n`
      return (
        line('Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT') +
        line(
          `${network.interface}\t00000000\t${littleEndian(network.gateway)}\t0003\t0\t0\t0\t00000000\t0\t0\t0`,
        ) +
        line(
          `${network.interface}\t${littleEndian(networkAddress(network.address, network.prefix))}\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0`,
        )
      )
    },
  },
  arp: {
    text: ({ machine }) =>
      'IP address       HW type     Flags       HW address            Mask     Device\n' +
      `${machine.network.gateway.padEnd(17)}0x1         0x2         ${gatewayMac(machine.chance)}     *        ${machine.network.interface}\n`,
  },
  tcp: {
    text: ({ machine }) =>
      tcpTable(socketsOf(machine).filter((one) => one.protocol === 'tcp' && one.family === 4)),
  },
  tcp6: {
    text: ({ machine }) =>
      tcp6Table(socketsOf(machine).filter((one) => one.protocol === 'tcp' && one.family === 6)),
  },
  udp: {
    text: ({ machine }) =>
      udpTable(socketsOf(machine).filter((one) => one.protocol === 'udp' && one.family === 4)),
  },
  udp6: { text: () => udpHead6 },
  raw: { text: () => udpHead },
  raw6: { text: () => udpHead6 },
  unix: {
    text: ({ machine }) =>
      'Num       RefCount Protocol Flags    Type St Inode Path\n' +
      unixSocketsOf(machine)
        .map(
          ({ stream, inode, path }, at) =>
            `${((at * 0x9e3779b1) >>> 0).toString(16).padStart(machine.persona.shell === 'ash' ? 8 : 16, '0')}: 00000002 00000000 ${stream ? '00010000' : '00000000'} ${stream ? '0001' : '0002'} 01 ${String(inode).padStart(5)} ${path}\n`,
        )
        .join(''),
  },
  if_inet6: {
    text: ({ machine }) =>
      '00000000000000000000000000000001 01 80 10 80       lo\n' +
      `${linkLocal(machine.network.mac).replaceAll(':', '')} 02 40 20 80 ${machine.network.interface.padStart(8)}\n`.replace(
        'fe80',
        'fe80000000000000',
      ),
  },
  sockstat: {
    text: ({ machine }) => {
      const all = socketsOf(machine)
      const count = (protocol: string): number =>
        all.filter((one) => one.protocol === protocol && one.family === 4).length
      return `sockets: used ${140 + all.length}\nTCP: inuse ${count('tcp')} orphan 0 tw 0 alloc ${count('tcp') + 3} mem 1\nUDP: inuse ${count('udp')} mem 0\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n`
    },
  },
}

/** Sockets that daemons of the machine have in its tree. */
export function unixSocketsOf(
  machine: Machine,
): { readonly stream: boolean; readonly inode: number; readonly path: string }[] {
  const { persona } = machine
  const paths =
    persona.name === 'debian-12'
      ? unixPaths
      : persona.name === 'router-mips'
        ? routerUnixPaths
        : cameraUnixPaths
  const first = (persona.shell === 'ash' ? 700 : 9_000) + Math.floor(machine.chance('unix') * 2000)
  return paths.map(([type, path], at) => ({ stream: type !== 5, inode: first + at * 13, path }))
}

const routerUnixPaths: typeof unixPaths = [
  [2, '/var/run/ubus.sock'],
  [5, '/dev/log'],
  [5, '/var/run/hostapd/wlan0'],
  [5, '/var/run/hostapd/global'],
]
const cameraUnixPaths: typeof unixPaths = [[5, '@/org/kernel/udev/udevd']]

export const unixPaths: readonly (readonly [number, string])[] = [
  [2, '/run/systemd/private'],
  [2, '/run/systemd/userdb/io.systemd.DynamicUser'],
  [2, '/run/systemd/io.system.ManagedOOM'],
  [5, '/run/systemd/journal/syslog'],
  [2, '/run/systemd/fsck.progress'],
  [2, '/run/systemd/journal/stdout'],
  [5, '/run/systemd/journal/socket'],
  [2, '/run/udev/control'],
  [5, '/run/systemd/journal/dev-log'],
  [5, '/run/systemd/notify'],
  [2, '/run/systemd/journal/io.systemd.journal'],
  [2, '/run/dbus/system_bus_socket'],
]

/** The neighbour that every machine has. */
export function gatewayMac(chance: (key: string) => number): string {
  const part = (key: string): string =>
    Math.floor(chance(key) * 256)
      .toString(16)
      .padStart(2, '0')
  return `fe:00:00:${part('gateway a')}:${part('gateway b')}:01`
}

export function networkAddress(address: string, prefix: number): string {
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const base = bits - (bits % 2 ** (32 - prefix))
  return [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')
}

/** The address that a card makes itself of its MAC: `fe80::5054:ff:fe12:3456`. */
export function linkLocal(mac: string): string {
  const bytes = mac.split(':').map((part) => Number.parseInt(part, 16))
  bytes[0]! ^= 2
  const words = [
    (bytes[0]! << 8) | bytes[1]!,
    (bytes[2]! << 8) | 0xff,
    (0xfe << 8) | bytes[3]!,
    (bytes[4]! << 8) | bytes[5]!,
  ]
  return `fe80::${words.map((word) => word.toString(16)).join(':')}`
}

function littleEndian(address: string): string {
  return address
    .split('.')
    .toReversed()
    .map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'))
    .join('')
}

const hex = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, '0')

function tcpTable(sockets: readonly Socket[]): string {
  const line = (text: string): string => `${text.padEnd(149)}\n`
  let text = line(
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  )
  for (const [index, one] of sockets.entries()) {
    text += line(
      `${String(index).padStart(4)}: ${littleEndian(one.local.address)}:${hex(one.local.port, 4)} ${littleEndian(one.peer.address)}:${hex(one.peer.port, 4)} ` +
        `${one.state === 'LISTEN' ? '0A' : '01'} 00000000:00000000 ${one.state === 'LISTEN' ? '00:00000000' : '02:000A6B2F'} 00000000 ${String(one.uid).padStart(5)}        0 ${one.inode} ` +
        (one.state === 'LISTEN' ? '1 0000000000000000 100 0 0 10 0' : '4 0000000000000000 20 4 29 10 -1'),
    )
  }
  return text
}

function tcp6Table(sockets: readonly Socket[]): string {
  let text =
    '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
  const none = '0'.repeat(32)
  for (const [index, one] of sockets.entries()) {
    const listens = one.state === 'LISTEN'
    text +=
      `${String(index).padStart(4)}: ${none}:${hex(one.local.port, 4)} ${none}:${hex(one.peer.port, 4)} ${listens ? '0A' : '01'} 00000000:00000000 00:00000000 00000000 ` +
      `${String(one.uid).padStart(5)}        0 ${one.inode} 1 0000000000000000 100 0 0 10 0\n`
  }
  return text
}

const udpHead = `${'   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops'.padEnd(127)}\n`
const udpHead6 =
  '   sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n'

function udpTable(sockets: readonly Socket[]): string {
  let text = udpHead
  for (const [index, one] of sockets.entries()) {
    text += `${`${String(100 + index * 11).padStart(5)}: ${littleEndian(one.local.address)}:${hex(one.local.port, 4)} 00000000:0000 07 00000000:00000000 00:00000000 00000000 ${String(one.uid).padStart(5)}        0 ${one.inode} 2 0000000000000000 0`.padEnd(127)}\n`
  }
  return text
}

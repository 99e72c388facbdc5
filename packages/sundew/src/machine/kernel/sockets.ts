import type { Machine, Process } from '../machine.ts'

/** A socket as /proc/net, ss and netstat show it. */
export interface Socket {
  readonly protocol: 'tcp' | 'udp'
  readonly family: 4 | 6
  readonly local: { readonly address: string; readonly port: number }
  readonly peer: { readonly address: string; readonly port: number }
  readonly state: 'LISTEN' | 'ESTABLISHED' | 'UNCONN'
  readonly uid: number
  readonly inode: number
  readonly process: Process | undefined
  readonly descriptor: number
  readonly queue: number
}

/** What listens, by the daemons that are there, and the connections of the sessions. */
export function socketsOf(machine: Machine): Socket[] {
  const sockets: Socket[] = []
  const processes = machine.processes.list()
  let inode = 11_000 + Math.floor(machine.chance('inodes') * 6_000)
  const seen = new Set<string>()
  for (const process of processes) {
    for (const [protocol, family, address, port, descriptor] of listening.get(process.name) ?? []) {
      const key = `${protocol}${family}${port}`
      if (seen.has(key)) continue
      seen.add(key)
      inode += 1 + (port % 7)
      sockets.push({
        protocol,
        family,
        local: { address, port },
        peer: { address: family === 4 ? '0.0.0.0' : '::', port: 0 },
        state: protocol === 'tcp' ? 'LISTEN' : 'UNCONN',
        uid: process.credentials.uid,
        inode,
        process,
        descriptor,
        queue: protocol === 'udp' ? 0 : port === 80 ? 511 : 128,
      })
    }
  }
  for (const { address, port, own, process } of connections(machine, processes)) {
    const key = `${address} ${port}`
    if (seen.has(key)) continue
    seen.add(key)
    sockets.push({
      protocol: 'tcp',
      family: address.includes(':') ? 6 : 4,
      local: { address: machine.network.address, port: own },
      peer: { address, port },
      state: 'ESTABLISHED',
      uid: 0,
      inode: 400_000 + process.pid * 7 + (port % 7),
      process,
      descriptor: process.name === 'telnetd' ? 0 : 4,
      queue: 0,
    })
  }
  return sockets
}

/** Where sessions came from: by what sshd told them, or by who is logged in. */
function connections(
  machine: Machine,
  processes: readonly Process[],
): { address: string; port: number; own: number; process: Process }[] {
  const found: { address: string; port: number; own: number; process: Process }[] = []
  const server = (process: Process): Process => {
    // The oldest of the session's line that is a server: what has the connection open.
    for (let one: Process | undefined = process, steps = 0; one !== undefined && steps < 32; steps++) {
      // BusyBox's telnetd has them all itself.
      if (servers.has(one.name) && (one.parent > 1 || one.name === 'telnetd')) return one
      one = machine.processes.get(one.parent)
    }
    return process
  }
  for (const process of processes) {
    const told = process.environment.get('SSH_CONNECTION')?.split(' ')
    if (told === undefined || told.length !== 4) continue
    found.push({
      address: told[0]!.replace(/^::ffff:/i, ''),
      port: Number(told[1]) % 65_536 || 0,
      own: Number(told[3]) % 65_536 || 22,
      process: server(process),
    })
  }
  for (const login of machine.loggedIn) {
    if (found.some((one) => one.address === login.from)) continue
    const process = machine.processes.get(login.pid)
    if (process === undefined || login.from === '') continue
    const by = server(process)
    found.push({
      address: login.from.replace(/^::ffff:/i, ''),
      port: 32_768 + Math.floor(machine.chance(`port ${login.pid}`) * 28_000),
      own: by.name === 'sshd' || by.name === 'dropbear' ? 22 : 23,
      process: by,
    })
  }
  return found
}

const servers = new Set(['sshd', 'telnetd', 'dropbear', 'in.telnetd'])

type Listening = readonly ['tcp' | 'udp', 4 | 6, string, number, number]

const listening = new Map<string, readonly Listening[]>([
  [
    'sshd',
    [
      ['tcp', 4, '0.0.0.0', 22, 3],
      ['tcp', 6, '::', 22, 4],
    ],
  ],
  [
    'dropbear',
    [
      ['tcp', 4, '0.0.0.0', 22, 4],
      ['tcp', 6, '::', 22, 5],
    ],
  ],
  ['telnetd', [['tcp', 4, '0.0.0.0', 23, 3]]],
  ['inetutils-inetd', [['tcp', 4, '0.0.0.0', 23, 4]]],
  [
    'nginx',
    [
      ['tcp', 4, '0.0.0.0', 80, 6],
      ['tcp', 6, '::', 80, 7],
    ],
  ],
  ['apache2', [['tcp', 6, '::', 80, 4]]],
  ['mariadbd', [['tcp', 4, '127.0.0.1', 3306, 21]]],
  ['dhclient', [['udp', 4, '0.0.0.0', 68, 6]]],
  [
    'uhttpd',
    [
      ['tcp', 4, '0.0.0.0', 80, 3],
      ['tcp', 6, '::', 80, 4],
    ],
  ],
  [
    'dnsmasq',
    [
      ['udp', 4, '0.0.0.0', 53, 4],
      ['udp', 4, '0.0.0.0', 67, 3],
      ['tcp', 4, '0.0.0.0', 53, 5],
    ],
  ],
  [
    'Sofia',
    [
      ['tcp', 4, '0.0.0.0', 80, 30],
      ['tcp', 4, '0.0.0.0', 554, 31],
      ['tcp', 4, '0.0.0.0', 34567, 32],
    ],
  ],
])

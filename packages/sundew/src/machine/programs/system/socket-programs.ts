import { unixPaths } from '../../kernel/proc/net.ts'
import { type Socket, socketsOf } from '../../kernel/sockets.ts'
import type { Call, Program } from '../../program.ts'
import { interfaceTable } from './ifconfig.ts'
import { routeTable } from './route.ts'
import { parseOptions } from '../common/option-table.ts'
import { printUsage, usage } from './documented.ts'

const services: Readonly<Record<number, string>> = {
  22: 'ssh',
  23: 'telnet',
  25: 'smtp',
  53: 'domain',
  67: 'bootps',
  68: 'bootpc',
  80: 'http',
  443: 'https',
  554: 'rtsp',
  3306: 'mysql',
}

function port(number: number, numeric: boolean): string {
  return number === 0 ? '*' : numeric ? String(number) : (services[number] ?? String(number))
}

/** Which processes one may look into. */
function seen(call: Call, socket: Socket): boolean {
  const { uid } = call.files.credentials
  return socket.process !== undefined && (uid === 0 || socket.process.credentials.uid === uid)
}

export const netstat: Program = {
  names: ['netstat'],
  async run(call) {
    const given = parseOptions(
      'i/interfaces r/route g/groups s/statistics M/masquerade v/verbose W/wide n/numeric e/extend p/program o/timers c/continuous l/listening a/all t/tcp u/udp w/raw x/unix 4/inet 6/inet6 C/cache F/fib V/version h/help U/udplite S/sctp /protocol: A:',
      call.args,
      false,
    )
    if (given.error !== undefined) {
      await call.stderr.write(`netstat: ${given.error}\n`)
      return usage(call, 3)
    }
    if (given.has('help')) return usage(call, 1)
    if (given.has('version')) {
      await call.stdout.write('net-tools 2.10\n')
      return 4
    }
    const numeric = given.has('numeric')
    if (given.has('route')) {
      const { interface: name } = call.machine.network
      await call.stdout.write(
        routeTable(call, numeric, 'Flags   MSS Window  irtt Iface', [
          `    0 0          0 ${name}`,
          `    0 0          0 ${name}`,
        ]),
      )
      return 0
    }
    if (given.has('interfaces')) {
      await call.stdout.write(
        interfaceTable(
          call.machine,
          'Kernel Interface table\nIface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n',
        ),
      )
      return 0
    }
    if (given.has('statistics')) {
      const { interfaces } = call.machine.measure()
      const [lo, own] = [interfaces[0]!, interfaces.at(-1)!]
      await call.stdout.write(
        `Ip:\n    Forwarding: 2\n    ${lo.receivedPackets + own.receivedPackets} total packets received\n    0 forwarded\n    0 incoming packets discarded\n    ${lo.receivedPackets + own.receivedPackets - 211} incoming packets delivered\n    ${lo.sentPackets + own.sentPackets} requests sent out\n`,
      )
      return 0
    }
    const onlyListening = given.has('listening')
    const all = given.has('all') || onlyListening
    const families = ['tcp', 'udp'].filter((name) => given.has(name))
    const wantUnix =
      given.has('unix') ||
      (families.length === 0 && !given.has('inet') && !given.has('inet6') && !given.has('raw'))
    const protocols =
      families.length > 0 ? families : given.has('unix') && !given.has('inet') ? [] : ['tcp', 'udp']
    const withProgram = given.has('program')
    const extended = given.has('extend')
    if (withProgram && call.files.credentials.uid !== 0) {
      await call.stderr.write(
        '(Not all processes could be identified, non-owned process info\n will not be shown, you would have to be root to see it all.)\n',
      )
    }
    if (protocols.length > 0) {
      const sockets = socketsOf(call.machine)
        .filter(
          (one) =>
            protocols.includes(one.protocol) &&
            (all || one.state === 'ESTABLISHED') &&
            !(onlyListening && one.state === 'ESTABLISHED'),
        )
        .filter((one) =>
          given.has('inet') && !given.has('inet6')
            ? one.family === 4
            : given.has('inet6') && !given.has('inet')
              ? one.family === 6
              : true,
        )
        .toSorted((a, b) =>
          a.protocol === b.protocol ? a.family - b.family : a.protocol < b.protocol ? -1 : 1,
        )
      const title = onlyListening ? '(only servers)' : all ? '(servers and established)' : '(w/o servers)'
      let text = `Active Internet connections ${title}\nProto Recv-Q Send-Q Local Address           Foreign Address         State      ${extended ? ' User       Inode     ' : ''}${withProgram ? ' PID/Program name    ' : ''}\n`
      for (const one of sockets) {
        const local = `${one.local.address}:${port(one.local.port, numeric)}`
        const peer = `${one.peer.address}:${port(one.peer.port, numeric)}`
        const state = one.state === 'UNCONN' ? '' : one.state === 'LISTEN' ? 'LISTEN' : 'ESTABLISHED'
        const argv0 = one.process?.argv[0] ?? ''
        const name = argv0.includes(':') ? argv0 : argv0.slice(argv0.lastIndexOf('/') + 1)
        const program = seen(call, one) ? `${one.process!.pid}/${name}`.slice(0, 19) : '-'
        text +=
          `${(one.family === 6 ? `${one.protocol}6` : one.protocol).padEnd(5)} ${'0'.padStart(6)} ${'0'.padStart(6)} ${local.padEnd(23)} ${peer.padEnd(23)} ${state.padEnd(11)}${extended ? ` ${String(one.uid).padEnd(10)} ${String(one.inode).padEnd(10)}` : ''}${withProgram ? ` ${program.padEnd(20)}` : ''}\n`.replace(
            / +\n$/,
            (spaces) => (withProgram || extended ? spaces : `${''.padEnd(Math.max(0, spaces.length - 1))}\n`),
          )
      }
      await call.stdout.write(text)
    }
    if (wantUnix) {
      let text = `Active UNIX domain sockets ${onlyListening ? '(only servers)' : all ? '(servers and established)' : '(w/o servers)'}\nProto RefCnt Flags       Type       State         I-Node   ${withProgram ? 'PID/Program name     ' : ''}Path\n`
      for (const [index, [type, path]] of unixPaths.entries()) {
        const stream = type === 2
        if (!all && stream) continue
        if (onlyListening && !stream) continue
        const inode = 9_000 + Math.floor(call.machine.chance('unix') * 2000) + index * 13
        text += `unix  2      [ ${stream ? 'ACC' : '   '} ]     ${(stream ? 'STREAM' : 'DGRAM').padEnd(10)} ${(stream ? 'LISTENING' : '').padEnd(13)} ${String(inode).padEnd(8)} ${withProgram ? `${'1/init'.padEnd(20)} ` : ''}${path}\n`
      }
      await call.stdout.write(text)
    }
    return 0
  },
}

export const ss: Program = {
  names: ['ss'],
  async run(call) {
    const given = parseOptions(
      'h/help V/version n/numeric r/resolve a/all l/listening o/options e/extended m/memory p/processes T/threads i/info s/summary /tos /cgroup b/bpf E/events Z/context z/contexts N/net: 4/ipv4 6/ipv6 0/packet t/tcp M/mptcp S/sctp u/udp d/dccp w/raw x/unix /tipc /vsock /xdp f/family: K/kill H/no-header O/oneline /inet-sockopt A/query: D/diag: F/filter:',
      call.args,
      false,
    )
    if (given.error !== undefined) {
      await call.stderr.write(`ss: ${given.error}\n`)
      return usage(call, 255)
    }
    if (given.has('help')) {
      await printUsage(call)
      return 0
    }
    if (given.has('version')) {
      await call.stdout.write('ss utility, iproute2-6.1.0\n')
      return 0
    }
    const everything = socketsOf(call.machine)
    if (given.has('summary')) {
      const tcp = everything.filter((one) => one.protocol === 'tcp')
      const udp = everything.filter((one) => one.protocol === 'udp')
      const of = (list: readonly Socket[], family: 4 | 6): number =>
        list.filter((one) => one.family === family).length
      const row = (name: string, total: number, four: number, six: number): string =>
        `${name}\t  ${String(total).padEnd(9)} ${String(four).padEnd(9)} ${String(six).padEnd(9)}\n`
      const established = tcp.filter((one) => one.state === 'ESTABLISHED').length
      await call.stdout.write(
        `Total: ${118 + everything.length}\nTCP:   ${tcp.length} (estab ${established}, closed 0, orphaned 0, timewait 0)\n\nTransport Total     IP        IPv6\n` +
          row('RAW', 0, 0, 0) +
          row('UDP', udp.length, of(udp, 4), of(udp, 6)) +
          row('TCP', tcp.length, of(tcp, 4), of(tcp, 6)) +
          row('INET', everything.length, of(everything, 4), of(everything, 6)) +
          row('FRAG', 0, 0, 0) +
          '\n',
      )
      return 0
    }
    const protocols = ['tcp', 'udp'].filter((name) => given.has(name))
    const wantUnix =
      given.has('unix') ||
      (protocols.length === 0 && !given.has('raw') && !given.has('ipv4') && !given.has('ipv6'))
    const shownProtocols =
      protocols.length > 0 ? protocols : given.has('unix') || given.has('raw') ? [] : ['udp', 'tcp']
    const listening = given.has('listening')
    const numeric = given.has('numeric')
    const sockets = everything
      .filter((one) => shownProtocols.includes(one.protocol))
      .filter((one) => (given.has('ipv4') ? one.family === 4 : given.has('ipv6') ? one.family === 6 : true))
      .filter(
        (one) => given.has('all') || (listening ? one.state !== 'ESTABLISHED' : one.state === 'ESTABLISHED'),
      )
      .toSorted((a, b) => (a.protocol === b.protocol ? a.family - b.family : a.protocol === 'udp' ? -1 : 1))
    const rows: string[][] = sockets.map((one) => [
      one.protocol,
      one.state === 'ESTABLISHED' ? 'ESTAB' : one.state,
      '0',
      String(one.queue),
      `${one.family === 6 ? `[${one.local.address}]` : one.local.address}:`,
      port(one.local.port, numeric),
      `${one.family === 6 ? `[${one.peer.address}]` : one.peer.address}:`,
      port(one.peer.port, numeric),
      given.has('processes') && seen(call, one) ? workers(call, one) : '',
    ])
    if (wantUnix) {
      for (const [index, [type, path]] of unixPaths.entries()) {
        if (listening ? type !== 2 : !given.has('all')) continue
        const inode = 9_000 + Math.floor(call.machine.chance('unix') * 2000) + index * 13
        rows.unshift([
          type === 2 ? 'u_str' : 'u_dgr',
          type === 2 ? 'LISTEN' : 'UNCONN',
          '0',
          type === 2 ? '4096' : '0',
          `${path} `,
          String(inode),
          '* ',
          '0',
          '',
        ])
      }
    }
    const kinds = protocols.length === 1 && !wantUnix
    const heads = [
      'Netid',
      'State',
      'Recv-Q',
      'Send-Q',
      'Local Address:',
      'Port',
      'Peer Address:',
      'Port',
      'Process',
    ]
    const all = given.has('no-header') ? rows : [heads, ...rows]
    const width = heads.map((_, at) =>
      Math.max(...(all.length === 0 ? [0] : all.map((row) => row[at]!.length))),
    )
    let text = ''
    for (const row of all) {
      const cells = row.map((cell, at) =>
        at === 4 || at === 6 ? cell.padStart(width[at]!) : at === 8 ? cell : cell.padEnd(width[at]!),
      )
      text +=
        `${[...(kinds ? [] : [cells[0]!]), cells[1]!, cells[2]!, cells[3]!, cells[4]! + cells[5]!, cells[6]! + cells[7]!].join(' ')}${row === heads ? '' : ' '}${cells[8]!}`.trimEnd() +
        (row[8] === '' ? ' '.repeat(10) : row === heads ? '' : ' ') +
        '\n'
    }
    await call.stdout.write(text)
    return 0
  },
}

/** Web servers' children hold the listener too. */
function workers(call: Call, socket: Socket): string {
  const main = socket.process!
  const children =
    socket.state === 'LISTEN' && main.name !== 'sshd'
      ? call.machine.processes.list().filter((one) => one.parent === main.pid && one.name === main.name)
      : []
  return `users:(${[...children, main].map((one) => `("${one.name}",pid=${one.pid},fd=${socket.descriptor})`).join(',')})`
}

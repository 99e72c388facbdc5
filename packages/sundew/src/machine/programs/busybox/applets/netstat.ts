import { socketsOf } from '../../../kernel/sockets.ts'
import { unixSocketsOf } from '../../../kernel/proc/net.ts'
import type { Program } from '../../../program.ts'
import { options } from '../../common/options.ts'
import { tool, type Tool } from '../../common/tool.ts'

const names: Readonly<Record<number, string>> = {
  22: 'ssh',
  23: 'telnet',
  53: 'domain',
  67: 'bootps',
  80: 'www',
}

/** BusyBox's `netstat`. */
export const netstat: Program = tool('netstat', async (t) => {
  const o = options(t, 'laentuwxrWp')
  if (o.has('r')) return routes(t)
  const [listening, all, programs] = [o.has('l'), o.has('a'), o.has('p')]
  const of = listening ? 'only servers' : all ? 'servers and established' : 'w/o servers'
  const wants = (letter: string): boolean => o.has(letter) || !o.has('t', 'u', 'w', 'x')
  const port = (number: number): string =>
    number === 0 ? '*' : o.has('n') ? String(number) : (names[number] ?? String(number))
  if (wants('t') || wants('u')) {
    t.put(
      `Active Internet connections (${of})\nProto Recv-Q Send-Q Local Address           Foreign Address         State       ${programs ? 'PID/Program name' : ''}\n`,
    )
    for (const protocol of ['tcp', 'udp'])
      for (const one of socketsOf(t.call.machine).toSorted((a, b) => a.family - b.family)) {
        if (one.protocol !== protocol || !wants(protocol === 'tcp' ? 't' : 'u')) continue
        const open = one.state === 'ESTABLISHED'
        if (open ? listening : !listening && !all) continue
        const local = `${one.local.address}:${port(one.local.port)}`
        const peer = `${one.peer.address}:${port(one.peer.port)}`
        const argv0 = one.process?.argv[0] ?? ''
        const program = programs
          ? one.process === undefined
            ? '-'
            : `${one.process.pid}/${argv0.slice(argv0.lastIndexOf('/') + 1)}`.slice(0, 20)
          : ''
        t.put(
          `${protocol.padEnd(5)} ${'0'.padStart(6)} ${'0'.padStart(6)} ${local.padEnd(23)} ${peer.padEnd(23)} ${(one.state === 'UNCONN' ? '' : one.state).padEnd(12)}${program}\n`,
        )
        await t.room()
      }
  }
  if (wants('x')) {
    t.put(
      `Active UNIX domain sockets (${of})\nProto RefCnt Flags       Type       State         I-Node ${programs ? 'PID/Program name    ' : ''}Path\n`,
    )
    for (const { stream, inode, path } of unixSocketsOf(t.call.machine)) {
      if (stream ? !all && !listening : listening) continue
      t.put(
        `unix  2      [ ${stream ? 'ACC' : '   '} ]     ${(stream ? 'STREAM' : 'DGRAM').padEnd(10)} ${(stream ? 'LISTENING' : '').padEnd(13)} ${String(inode).padStart(6)} ${programs ? ''.padEnd(20) : ''}${path}\n`,
      )
    }
  }
})

function routes(t: Tool): void {
  const { gateway, address, interface: name } = t.call.machine.network
  const line = (to: string, by: string, mask: string, flags: string): string =>
    `${to.padEnd(15)} ${by.padEnd(15)} ${mask.padEnd(16)}${flags.padEnd(6)}    0 0          0 ${name}\n`
  t.put(
    `Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n${line('0.0.0.0', gateway, '0.0.0.0', 'UG')}${line(address.replace(/\.\d+$/, '.0'), '0.0.0.0', '255.255.255.0', 'U')}`,
  )
}

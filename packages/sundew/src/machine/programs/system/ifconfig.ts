import { isApplet } from '../common/applet.ts'
import type { Machine } from '../../machine.ts'
import type { Program } from '../../program.ts'
import { usage } from './documented.ts'
import { type Interface, broadcast, changesOf, interfaces, mask } from './interfaces.ts'

/** `2709823762` as net-tools says it: `2.5 GiB`. */
function traffic(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < 5) {
    value /= 1024
    unit++
  }
  return `${value.toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'][unit]!}`
}

export const ifconfig: Program = {
  names: ['ifconfig'],
  async run(call) {
    const { machine } = call
    const words = call.args.filter((arg) => !/^-(?:a|v)$/.test(arg))
    const short = words[0] === '-s'
    if (short) words.shift()
    if (words[0] === '--version' || words[0] === '-V') {
      await call.stderr.write('net-tools 2.10\n')
      return 4
    }
    if (words[0] === '--help' || words[0] === '-h' || words[0] === '-?') {
      return usage(call, 0)
    }
    if (words[0]?.startsWith('-')) {
      await call.stderr.write(
        `ifconfig: option \`${words[0]}' not recognised.\nifconfig: \`--help' gives usage information.\n`,
      )
      return 1
    }
    const all = interfaces(machine).toReversed()
    const { down } = changesOf(machine)
    const everything = call.args.includes('-a')
    const name = words[0]
    if (name !== undefined && !all.some((one) => one.name === name)) {
      await call.stderr.write(
        words.length === 1
          ? `${isApplet(call) ? 'ifconfig: ' : ''}${name}: error fetching interface information: Device not found\n`
          : `${words[1] === 'up' || words[1] === 'down' ? `${name}: ERROR while getting interface flags: No such device` : `SIOCSIFADDR: No such device`}\n`,
      )
      return words.length === 1 ? 1 : 255
    }
    if (words.length > 1) {
      if (call.files.credentials.uid !== 0) {
        await call.stderr.write(
          `${words[1] === 'up' || words[1] === 'down' ? 'SIOCSIFFLAGS' : 'SIOCSIFADDR'}: Operation not permitted\n`,
        )
        return 255
      }
      if (words[1] === 'down' && name === 'lo') down.add('lo')
      if (words[1] === 'up') down.delete(name!)
      return 0
    }
    if (short) {
      await call.stdout.write(
        interfaceTable(
          machine,
          'Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n',
        ),
      )
      return 0
    }
    if (isApplet(call)) {
      const chosen = all.filter((one) => name === undefined || one.name === name)
      await call.stdout.write(chosen.map((one) => busyboxInterface(one)).join(''))
      return 0
    }
    for (const one of all) {
      if (name !== undefined ? one.name !== name : down.has(one.name) && !everything) continue
      const { counts } = one
      const up = !down.has(one.name)
      const [address = '', prefix = '24'] = one.v4[0]!.split('/')
      await call.stdout.write(
        (one.loopback
          ? `lo: flags=${up ? '73<UP,LOOPBACK,RUNNING>' : '8<LOOPBACK>'}  mtu 65536\n`
          : `${one.name}: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n`) +
          `        inet ${address}  netmask ${mask(Number(prefix))}${one.loopback ? '' : `  broadcast ${broadcast(address, Number(prefix))}`}\n` +
          (one.loopback
            ? '        inet6 ::1  prefixlen 128  scopeid 0x10<host>\n'
            : `        inet6 ${one.v6[0]!.split('/')[0]!}  prefixlen 64  scopeid 0x20<link>\n`) +
          (one.loopback
            ? '        loop  txqueuelen 1000  (Local Loopback)\n'
            : `        ether ${one.mac}  txqueuelen 1000  (Ethernet)\n`) +
          `        RX packets ${counts.receivedPackets}  bytes ${counts.receivedBytes} (${traffic(counts.receivedBytes)})\n        RX errors 0  dropped 0  overruns 0  frame 0\n` +
          `        TX packets ${counts.sentPackets}  bytes ${counts.sentBytes} (${traffic(counts.sentBytes)})\n        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n\n`,
      )
    }
    return 0
  },
}

function busyboxInterface(one: Interface): string {
  const [address = '', prefix = '24'] = one.v4[0]!.split('/')
  const { counts } = one
  const spaces = '          '
  return (
    `${one.name.padEnd(10)}Link encap:${one.loopback ? 'Local Loopback  ' : `Ethernet  HWaddr ${one.mac.toUpperCase()}  `}\n` +
    `${spaces}inet addr:${address}  ${one.loopback ? '' : `Bcast:${broadcast(address, Number(prefix))}  `}Mask:${mask(Number(prefix))}\n` +
    `${spaces}UP ${one.loopback ? 'LOOPBACK RUNNING' : 'BROADCAST RUNNING MULTICAST'}  MTU:${one.mtu}  Metric:1\n` +
    `${spaces}RX packets:${counts.receivedPackets} errors:0 dropped:0 overruns:0 frame:0\n${spaces}TX packets:${counts.sentPackets} errors:0 dropped:0 overruns:0 carrier:0\n` +
    `${spaces}collisions:0 txqueuelen:1000 \n${spaces}RX bytes:${counts.receivedBytes} (${traffic(counts.receivedBytes)})  TX bytes:${counts.sentBytes} (${traffic(counts.sentBytes)})\n\n`
  )
}

/** `netstat -i` and `ifconfig -s`. */
export function interfaceTable(machine: Machine, head: string): string {
  return (
    head +
    interfaces(machine)
      .toReversed()
      .map(
        ({ name, mtu, counts, loopback }) =>
          `${name.padEnd(15)} ${String(mtu).padStart(5)} ${String(counts.receivedPackets).padStart(8)}      0      0 0      ${String(counts.sentPackets).padStart(8)}      0      0      0 ${loopback ? 'LRU' : 'BMRU'}\n`,
      )
      .join('')
  )
}

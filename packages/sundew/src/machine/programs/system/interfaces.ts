import { gatewayMac, linkLocal, networkAddress } from '../../kernel/proc/net.ts'
import type { Machine, Measures } from '../../machine.ts'
import type { Call, Program } from '../../program.ts'
import { isApplet } from '../common/applet.ts'
import { misused, usage } from './tool.ts'

interface Interface {
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
const maxAdded = 32

function changesOf(machine: Machine): Changes {
  let of = changes.get(machine)
  if (of === undefined) changes.set(machine, (of = { added: new Map(), down: new Set(), routes: [] }))
  return of
}

function interfaces(machine: Machine): Interface[] {
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

const mask = (prefix: number): string =>
  [0, 8, 16, 24].map((at) => (256 - 2 ** (8 - Math.max(0, Math.min(8, prefix - at)))) % 256).join('.')
const broadcast = (address: string, prefix: number): string => {
  const base = networkAddress(address, prefix).split('.').map(Number)
  const bits = mask(prefix).split('.').map(Number)
  return base.map((part, at) => part | (255 - bits[at]!)).join('.')
}

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

/** iproute2 6.1. */
export const ip: Program = {
  names: ['ip'],
  async run(call) {
    const args = [...call.args]
    const flags = new Set<string>()
    while (args[0]?.startsWith('-')) {
      const flag = args.shift()!.replace(/^--?/, '')
      if (flag === 'V' || flag === 'Version') {
        await call.stdout.write('ip utility, iproute2-6.1.0, libbpf 1.1.0\n')
        return 0
      }
      const known = [
        'br',
        'brief',
        's',
        'stats',
        'statistics',
        'd',
        'details',
        'o',
        'oneline',
        '4',
        '6',
        'c',
        'color',
        'h',
        'human',
        'j',
        'json',
        'p',
        'r',
        'resolve',
        'a',
        'all',
        't',
        'N',
        '0',
        'c=never',
      ]
      if (flag === 'help' || flag === 'h') return help(call)
      if (!known.includes(flag)) {
        await call.stderr.write(`Option "-${flag}" is unknown, try "ip -help".\n`)
        return 255
      }
      flags.add(flag[0]! === 'b' ? 'brief' : flag[0]!)
    }
    const object = args.shift()
    if (object === undefined) return help(call, 255)
    if (object === 'help') return help(call)
    const name = [
      'address',
      'link',
      'route',
      'neighbour',
      'neighbor',
      'rule',
      'maddress',
      'netns',
      'tunnel',
      'monitor',
    ].find((one) => one.startsWith(object) && object !== '')
    switch (
      object === 'n'
        ? 'neighbour'
        : object === 'a' || object === 'addr'
          ? 'address'
          : object === 'r'
            ? 'route'
            : object === 'l'
              ? 'link'
              : object === 'neigh'
                ? 'neighbour'
                : object === 'ru'
                  ? 'rule'
                  : name
    ) {
      case 'address':
        return address(call, args, flags, true)
      case 'link':
        return address(call, args, flags, false)
      case 'route':
        return routes(call, args, flags)
      case 'neighbour':
      case 'neighbor': {
        if (!flags.has('6'))
          await call.stdout.write(
            `${call.machine.network.gateway} dev ${call.machine.network.interface} lladdr ${gatewayMac(call.machine.chance)} ${call.machine.now() % 60_000 < 30_000 ? 'REACHABLE' : 'STALE'} \n`,
          )
        return 0
      }
      case 'rule':
        await call.stdout.write(
          '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n',
        )
        return 0
      case 'netns':
      case 'tunnel':
      case 'maddress':
      case 'monitor':
        return 0
      default:
        await call.stderr.write(`Object "${object}" is unknown, try "ip help".\n`)
        return 1
    }
  },
}

async function help(call: Call, status = 255): Promise<number> {
  await call.stderr.write(
    'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       ip [ -force ] -batch filename\nwhere  OBJECT := { address | addrlabel | amt | fou | help | ila | ioam | l2tp |\n                   link | macsec | maddress | monitor | mptcp | mroute | mrule |\n                   neighbor | neighbour | netconf | netns | nexthop | ntable |\n                   ntbl | route | rule | sr | tap | tcpmetrics |\n                   token | tunnel | tuntap | vrf | xfrm }\n       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |\n                    -h[uman-readable] | -iec | -j[son] | -p[retty] |\n                    -f[amily] { inet | inet6 | mpls | bridge | link } |\n                    -4 | -6 | -M | -B | -0 |\n                    -l[oops] { maximum-addr-flush-attempts } | -br[ief] |\n                    -o[neline] | -t[imestamp] | -ts[hort] | -b[atch] [filename] |\n                    -rc[vbuf] [size] | -n[etns] name | -N[umeric] | -a[ll] |\n                    -c[olor]}\n',
  )
  return status
}

async function address(
  call: Call,
  args: string[],
  flags: ReadonlySet<string>,
  withAddresses: boolean,
): Promise<number> {
  const { machine } = call
  const all = interfaces(machine)
  const verb = args[0] ?? 'show'
  const { down, added } = changesOf(machine)
  if (/^(?:a|add|c|change|rep|replace|d|del|delete|set|flush|f)$/.test(verb)) {
    const at = args.indexOf('dev')
    const name = at >= 0 ? args[at + 1] : withAddresses ? undefined : args[1]
    if (!withAddresses && verb === 'add') {
      await call.stderr.write(
        `RTNETLINK answers: ${call.files.credentials.uid === 0 ? 'Operation not supported' : 'Operation not permitted'}\n`,
      )
      return 2
    }
    if (name === undefined) {
      await call.stderr.write('Not enough information: "dev" argument is required.\n')
      return 255
    }
    if (!all.some((one) => one.name === name)) {
      await call.stderr.write(`Cannot find device "${name.slice(0, 64)}"\n`)
      return 1
    }
    if (call.files.credentials.uid !== 0) {
      await call.stderr.write('RTNETLINK answers: Operation not permitted\n')
      return 2
    }
    if (withAddresses) {
      const given = args[1] ?? ''
      if (!/^\d{1,3}(\.\d{1,3}){3}(\/\d\d?)?$/.test(given)) {
        await call.stderr.write(`Error: any valid prefix is expected rather than "${given}".\n`)
        return 1
      }
      const list = added.get(name) ?? []
      const full = given.includes('/') ? given : `${given}/32`
      if (verb.startsWith('d'))
        added.set(
          name,
          list.filter((one) => one !== full),
        )
      else if (list.includes(full)) {
        await call.stderr.write('RTNETLINK answers: File exists\n')
        return 2
      } else if (list.length < maxAdded) added.set(name, [...list, full])
      return 0
    }
    if (args.includes('down') && name === 'lo') down.add(name)
    if (args.includes('up')) down.delete(name)
    return 0
  }
  if (!/^(?:s|sh|sho|show|l|ls|lis|list|dev)$/.test(verb) && !all.some((one) => one.name === verb)) {
    await call.stderr.write(
      `Command "${verb}" is unknown, try "ip ${withAddresses ? 'address' : 'link'} help".\n`,
    )
    return 255
  }
  const dev = args.indexOf('dev')
  const wanted =
    dev >= 0
      ? args[dev + 1]
      : /^(?:s|sh|sho|show|l|ls|lis|list)$/.test(verb)
        ? args.slice(1).find((one) => !['up', 'scope', 'global'].includes(one))
        : args[0]
  if (wanted !== undefined && !all.some((one) => one.name === wanted)) {
    await call.stderr.write(`Device "${wanted.slice(0, 64)}" does not exist.\n`)
    return 1
  }
  let text = ''
  for (const one of all) {
    if (wanted !== undefined && one.name !== wanted) continue
    const state = down.has(one.name) ? 'DOWN' : one.loopback ? 'UNKNOWN' : 'UP'
    if (flags.has('brief')) {
      text += withAddresses
        ? `${one.name.padEnd(16)} ${state.padEnd(14)} ${[...(flags.has('6') ? [] : one.v4), ...(flags.has('4') ? [] : one.v6)].join(' ')} \n`
        : `${one.name.padEnd(16)} ${state.padEnd(14)} ${one.mac} <${one.loopback ? 'LOOPBACK' : 'BROADCAST,MULTICAST'},UP,LOWER_UP> \n`
      continue
    }
    const up = state === 'DOWN' ? '' : ',UP,LOWER_UP'
    const details = isApplet(call)
      ? ''
      : `state ${state} ${withAddresses ? '' : 'mode DEFAULT '}group default `
    const head = `${one.index}: ${one.name}: <${one.loopback ? 'LOOPBACK' : 'BROADCAST,MULTICAST'}${up}> mtu ${one.mtu} qdisc ${one.queue} ${details}qlen 1000`
    const link = `    link/${one.loopback ? 'loopback' : 'ether'} ${one.mac} brd ${one.loopback ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'}`
    const lines = [head]
    if (!withAddresses || !(flags.has('4') || flags.has('6'))) {
      lines.push(link)
      if (!one.loopback && machine.persona.name === 'debian-12' && one.name === 'ens3')
        lines.push('    altname enp0s3')
      if (!one.loopback && machine.persona.name === 'debian-12' && one.name === 'ens18')
        lines.push('    altname enp0s18')
    }
    const addresses: string[] = []
    if (withAddresses) {
      for (const [at, v4] of (flags.has('6') ? [] : one.v4).entries()) {
        const [own = '', prefix = '24'] = v4.split('/')
        const loop = one.loopback && at === 0
        addresses.push(
          `inet ${v4} ${loop ? 'scope host lo' : `${at === 0 ? `brd ${broadcast(own, Number(prefix))} ` : ''}scope global ${one.name}`}`,
        )
      }
      for (const v6 of flags.has('4') ? [] : one.v6)
        addresses.push(`inet6 ${v6} scope ${one.loopback ? 'host noprefixroute' : 'link'} `)
    }
    if (flags.has('o') && withAddresses) {
      text += addresses
        .map(
          (line) => `${one.index}: ${one.name}    ${line}\\       valid_lft forever preferred_lft forever\n`,
        )
        .join('')
      continue
    }
    for (const line of addresses) lines.push(`    ${line}`, '       valid_lft forever preferred_lft forever')
    if (flags.has('s')) lines.push(...statistics(one.counts))
    text += `${lines.join(flags.has('o') ? '\\' : '\n')}\n`
  }
  await call.stdout.write(text)
  return 0
}

function statistics(counts: Interface['counts']): string[] {
  const rows = (title: string, bytes: number, packets: number, last: string, end: string): string[] => {
    const width = Math.max(String(bytes).length, 'bytes'.length)
    const wide = Math.max(String(packets).length, 'packets'.length)
    const pad = Math.max(width, 10 - 4)
    return [
      `    ${title}:${'bytes'.padStart(pad + 1)} ${'packets'.padStart(wide)} errors dropped ${last} ${end}`,
      `    ${String(bytes).padStart(pad + 4)} ${String(packets).padStart(wide)}      0       0       0       0 `,
    ]
  }
  return [
    ...rows('RX', counts.receivedBytes, counts.receivedPackets, ' missed', '  mcast           '),
    ...rows('TX', counts.sentBytes, counts.sentPackets, 'carrier', 'collsns           '),
  ]
}

async function routes(call: Call, args: readonly string[], flags: ReadonlySet<string>): Promise<number> {
  const { machine } = call
  const { network } = machine
  const added = changesOf(machine).routes
  const verb = args[0] ?? 'show'
  if (verb === 'get' || verb === 'g') {
    const target = args[1]
    if (target === undefined || !/^\d{1,3}(\.\d{1,3}){3}$/.test(target)) {
      await call.stderr.write(
        target === undefined
          ? 'need at least a destination address\n'
          : `Error: any valid prefix is expected rather than "${target.slice(0, 64)}".\n`,
      )
      return target === undefined ? 255 : 1
    }
    const local = target === network.address || target.startsWith('127.')
    const near = networkAddress(target, network.prefix) === networkAddress(network.address, network.prefix)
    await call.stdout.write(
      local
        ? `local ${target} dev lo src ${target} uid ${call.files.credentials.uid} \n    cache <local> \n`
        : `${target} ${near ? '' : `via ${network.gateway} `}dev ${network.interface} src ${network.address} uid ${call.files.credentials.uid} \n    cache \n`,
    )
    return 0
  }
  if (/^(?:a|add|append|replace|d|del|delete|change|flush)$/.test(verb)) {
    if (args.length < 3 || !args.some((arg) => arg === 'dev' || arg === 'via' || arg === 'nexthop')) {
      await call.stderr.write('Command line is not complete. Try option "help"\n')
      return 255
    }
    if (call.files.credentials.uid !== 0) {
      await call.stderr.write('RTNETLINK answers: Operation not permitted\n')
      return 2
    }
    const line = args.slice(1).join(' ').slice(0, 200)
    if (verb.startsWith('d')) {
      const at = added.findIndex((one) => one.startsWith(args[1]!))
      if (at < 0) {
        await call.stderr.write('RTNETLINK answers: No such process\n')
        return 2
      }
      added.splice(at, 1)
    } else if (added.includes(line)) {
      await call.stderr.write('RTNETLINK answers: File exists\n')
      return 2
    } else if (added.length < maxAdded) added.push(line)
    return 0
  }
  if (!/^(?:s|sh|show|l|ls|list|default)$/.test(verb)) {
    await call.stderr.write(`Command "${verb}" is unknown, try "ip route help".\n`)
    return 255
  }
  if (flags.has('6')) {
    await call.stdout.write(`fe80::/64 dev ${network.interface} proto kernel metric 256 pref medium\n`)
    return 0
  }
  const own = `${networkAddress(network.address, network.prefix)}/${network.prefix} dev ${network.interface} proto kernel scope link src ${network.address} \n`
  await call.stdout.write(
    `default via ${network.gateway} dev ${network.interface} onlink \n${args.includes('default') ? '' : own + added.map((one) => `${one} \n`).join('')}`,
  )
  return 0
}

export const route: Program = {
  names: ['route'],
  async run(call) {
    const { network } = call.machine
    const words = call.args.filter((arg) => !arg.startsWith('-'))
    const wrong = call.args.find(
      (arg) => arg.startsWith('-') && !/^-(?:[neFvA46]+|-numeric|-extend|-fib|-verbose|net|host)$/.test(arg),
    )
    if (wrong === '-V' || wrong === '--version') {
      await call.stdout.write('net-tools 2.10\n')
      return 4
    }
    if (wrong !== undefined)
      return misused(
        call,
        wrong.startsWith('--') ? `unrecognized option '${wrong}'` : `invalid option -- '${wrong[1] ?? ''}'`,
        3,
      )
    if (words.length > 0) {
      if (!['add', 'del', 'flush'].includes(words[0]!)) return usage(call, 4)
      if (call.files.credentials.uid !== 0) await call.stderr.write('SIOCADDRT: Operation not permitted\n')
      return call.files.credentials.uid === 0 ? 0 : 7
    }
    await call.stdout.write(
      routeTable(
        call,
        call.args.some((arg) => /^-\w*n/.test(arg)),
        'Flags Metric Ref    Use Iface',
        [`0      0        0 ${network.interface}`, `0      0        0 ${network.interface}`],
      ),
    )
    return 0
  },
}

/** As `route` and `netstat -r` share it. */
export function routeTable(
  call: Call,
  numeric: boolean,
  head: string,
  ends: readonly [string, string] | string[],
): string {
  const { network } = call.machine
  const own = networkAddress(network.address, network.prefix)
  const row = (to: string, via: string, of: string, flags: string, end: string): string =>
    `${to.padEnd(15)} ${via.padEnd(15)} ${of.padEnd(15)} ${flags.padEnd(5)} ${end}\n`
  return (
    `Kernel IP routing table\nDestination     Gateway         Genmask         ${head}\n` +
    row(numeric ? '0.0.0.0' : 'default', network.gateway, '0.0.0.0', 'UG', ends[0]!) +
    row(own, '0.0.0.0', mask(network.prefix), 'U', ends[1]!)
  )
}

export const arp: Program = {
  names: ['arp'],
  async run(call) {
    const { network, chance } = call.machine
    const words = call.args.filter((arg) => !arg.startsWith('-'))
    const wrong = call.args.find((arg) => arg.startsWith('-') && !/^-[anevsdDiHfN]+$/.test(arg))
    if (wrong !== undefined) {
      if (wrong === '-V' || wrong === '--version') {
        await call.stdout.write('net-tools 2.10\n')
        return 4
      }
      return misused(
        call,
        wrong.startsWith('--') ? `unrecognized option '${wrong}'` : `invalid option -- '${wrong[1] ?? ''}'`,
        4,
      )
    }
    if (words[0] !== undefined && words[0] !== network.gateway) {
      await call.stderr.write(/^\d+(\.\d+){3}$/.test(words[0]) ? '' : `${words[0]}: Unknown host\n`)
      if (/^\d+(\.\d+){3}$/.test(words[0])) await call.stdout.write(`${words[0]} (${words[0]}) -- no entry\n`)
      return /^\d+(\.\d+){3}$/.test(words[0]) ? 0 : 255
    }
    if (isApplet(call))
      await call.stdout.write(
        `? (${network.gateway}) at ${gatewayMac(chance)} [ether]  on ${network.interface}\n`,
      )
    else if (call.args.some((arg) => /^-\w*a/.test(arg)))
      await call.stdout.write(
        `? (${network.gateway}) at ${gatewayMac(chance)} [ether] on ${network.interface}\n`,
      )
    else {
      await call.stdout.write(
        `Address                  HWtype  HWaddress           Flags Mask            Iface\n${network.gateway.padEnd(24)} ether   ${gatewayMac(chance)}   C                     ${network.interface}\n`,
      )
    }
    return 0
  },
}

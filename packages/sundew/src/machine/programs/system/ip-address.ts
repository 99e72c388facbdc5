import { isApplet } from '../common/applet.ts'
import type { Call } from '../../program.ts'
import { type Interface, broadcast, changesOf, interfaces, maxAdded } from './interfaces.ts'

export async function address(
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

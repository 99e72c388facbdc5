import { networkAddress } from '../../kernel/proc/net.ts'
import type { Call } from '../../program.ts'
import { changesOf, maxAdded } from './interfaces.ts'

export async function routes(
  call: Call,
  args: readonly string[],
  flags: ReadonlySet<string>,
): Promise<number> {
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

import { gatewayMac } from '../../kernel/proc/net.ts'
import type { Program } from '../../program.ts'
import { usage } from './documented.ts'
import { address } from './ip-address.ts'
import { routes } from './ip-route.ts'

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
      if (flag === 'help' || flag === 'h') return usage(call, 255)
      if (!known.includes(flag)) {
        await call.stderr.write(`Option "-${flag}" is unknown, try "ip -help".\n`)
        return 255
      }
      flags.add(flag[0]! === 'b' ? 'brief' : flag[0]!)
    }
    const object = args.shift()
    if (object === undefined) return usage(call, 255)
    if (object === 'help') return usage(call, 255)
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

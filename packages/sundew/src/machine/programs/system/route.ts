import { networkAddress } from '../../kernel/proc/net.ts'
import type { Call, Program } from '../../program.ts'
import { misused, usage } from './documented.ts'
import { mask } from './interfaces.ts'

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

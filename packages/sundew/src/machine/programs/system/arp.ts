import { isApplet } from '../common/applet.ts'
import { gatewayMac } from '../../kernel/proc/net.ts'
import type { Program } from '../../program.ts'
import { misused } from './documented.ts'

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

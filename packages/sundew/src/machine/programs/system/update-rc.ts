import type { Program } from '../../program.ts'
import { usage } from './documented.ts'

export const updateRcD: Program = {
  names: ['update-rc.d'],
  async run(call) {
    const [name, action] = call.args.filter((arg) => arg !== '-f')
    if (name === undefined || action === undefined) {
      await call.stderr.write('update-rc.d: error: not enough arguments\n')
      return usage(call, 1)
    }
    if (!call.files.exists(`/etc/init.d/${name}`) && action !== 'remove') {
      await call.stderr.write(`update-rc.d: error: unable to read /etc/init.d/${name}\n`)
      return 1
    }
    return 0
  },
}

import type { Program } from '../../program.ts'
import { find, running, service, units } from './units.ts'

export const serviceProgram: Program = {
  names: ['service', 'invoke-rc.d'],
  async run(call) {
    const [name, action] = call.args
    if (name === undefined || name === '--help' || name === '-h') {
      await call.stderr.write(
        'Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n',
      )
      return name === undefined ? 1 : 0
    }
    if (name === '--status-all') {
      const shown = units.filter(
        (one) => !one.name.startsWith('systemd-') && find(call, one.name) !== undefined,
      )
      await call.stdout.write(
        shown.map((one) => ` [ ${running(call, one) === undefined ? '-' : '+'} ]  ${one.name}\n`).join(''),
      )
      return 0
    }
    if (find(call, name) === undefined) {
      await call.stderr.write(
        action === 'status'
          ? `Unit ${service(name)} could not be found.\n`
          : `Failed to ${action ?? 'start'} ${service(name)}: Unit ${service(name)} not found.\n`,
      )
      return action === 'status' ? 4 : 5
    }
    if (action === undefined) {
      await call.stderr.write(
        `Usage: /etc/init.d/${name} {start|stop|reload|force-reload|restart|try-restart|status}\n`,
      )
      return 1
    }
    return call.run(['systemctl', action === '--full-restart' ? 'restart' : action, name])
  },
}

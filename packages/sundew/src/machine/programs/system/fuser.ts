import { socketsOf } from '../../kernel/sockets.ts'
import { documented, usage } from './documented.ts'

export const fuser = documented('fuser', async (call) => {
  const names = call.args.filter((arg) => !arg.startsWith('-'))
  if (names.length === 0) {
    await call.stderr.write('No process specification given\n')
    return usage(call)
  }
  let status = 1
  const kill = call.args.some((arg) => /^-\w*k/.test(arg))
  for (const name of names.slice(0, 100)) {
    const port =
      /^(\d{1,5})\/(tcp|udp)$/.exec(name) ??
      (call.args.includes('-n') && /^\d{1,5}$/.test(name) ? [name, name, 'tcp'] : null)
    if (port !== null) {
      const found = socketsOf(call.machine).filter(
        (one) => one.local.port === Number(port[1]) && one.protocol === port[2] && one.process !== undefined,
      )
      const pids = [...new Set(found.map((one) => one.process!.pid))]
      if (pids.length === 0) continue
      status = 0
      await call.stderr.write(`${name}:`.padEnd(21))
      await call.stdout.write(pids.map((pid) => String(pid).padStart(6)).join(''))
      await call.stderr.write('\n')
      if (kill) for (const pid of pids) call.machine.processes.get(pid)?.kill(9)
      continue
    }
    if (name === 'tcp' || name === 'udp') continue
    if (!call.files.exists(call.path(name))) {
      await call.stderr.write(`Specified filename ${name} does not exist.\n`)
      continue
    }
    const path = call.files.realPath(call.path(name))
    const pids = call.machine.processes
      .list()
      .filter((one) => one.executable === path || one.directory === path)
      .map((one) => `${String(one.pid).padStart(6)}${one.executable === path ? 'e' : 'c'}`)
    if (pids.length === 0) continue
    status = 0
    await call.stderr.write(`${path}:`.padEnd(21))
    await call.stdout.write(pids.join(''))
    await call.stderr.write('\n')
  }
  return status
})

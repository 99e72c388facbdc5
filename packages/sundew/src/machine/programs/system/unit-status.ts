import type { Call } from '../../program.ts'
import { bytes } from './documented.ts'
import { stamp } from './stamp.ts'
import { ctime } from './times.ts'
import { find, running, service, switchedOf } from './units.ts'

/** `3 weeks 2 days ago` as systemd counts. */
function ago(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds >= 30 * 86_400)
    return `${Math.floor(seconds / 2_629_800)} month${seconds >= 2 * 2_629_800 ? 's' : ''} ${Math.floor((seconds % 2_629_800) / 86_400)} days ago`.replace(
      /^0 month /,
      '',
    )
  if (seconds >= 7 * 86_400)
    return `${Math.floor(seconds / 604_800)} week${seconds >= 1_209_600 ? 's' : ''} ${Math.floor((seconds % 604_800) / 86_400)} days ago`
  if (seconds >= 2 * 86_400) return `${Math.floor(seconds / 86_400)} days ago`
  if (seconds >= 86_400) return `1 day ${Math.floor((seconds % 86_400) / 3600)}h ago`
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}min ago`
  return seconds >= 60 ? `${Math.floor(seconds / 60)}min ${seconds % 60}s ago` : `${seconds}s ago`
}

export async function statusOf(call: Call, names: readonly string[]): Promise<number> {
  let status = 0
  for (const [index, name] of names.slice(0, 20).entries()) {
    const one = find(call, name)
    if (one === undefined) {
      await call.stderr.write(`Unit ${service(name)} could not be found.\n`)
      status = 4
      continue
    }
    if (index > 0) await call.stdout.write('\n')
    const main = running(call, one)
    const state = switchedOf(call.machine).get(one.name) ?? 'enabled'
    const { machine } = call
    let text = `${main === undefined ? '○' : '●'} ${one.name}.service - ${one.description}\n     Loaded: loaded (${call.files.exists(`/etc/systemd/system/${one.name}.service`) ? '/etc' : '/lib'}/systemd/system/${one.name}.service; ${state}; preset: enabled)\n`
    if (main === undefined) {
      text += `     Active: inactive (dead)\n       Docs: ${one.docs}\n`
      status ||= 3
    } else {
      const memory = main.residentKb * 0.7
      text +=
        `     Active: active (running) since ${stamp(main.startedMs)}; ${ago(machine.now() - main.startedMs)}\n       Docs: ${one.docs}\n   Main PID: ${main.pid} (${main.name})\n      Tasks: 1 (limit: ${Math.floor(machine.persona.memoryKb / 842)})\n` +
        `     Memory: ${memory >= 1024 ? `${(memory / 1024).toFixed(1)}M` : `${Math.round(memory)}.0K`}\n        CPU: ${main.cpuMs >= 60_000 ? `${Math.floor(main.cpuMs / 60_000)}min ${((main.cpuMs % 60_000) / 1000).toFixed(3)}s` : main.cpuMs >= 1000 ? `${(main.cpuMs / 1000).toFixed(3)}s` : `${main.cpuMs}ms`}\n` +
        `     CGroup: /system.slice/${one.name}.service\n             └─${main.pid} ${main.argv.some((word) => word.includes(' ')) ? `"${main.argv.join(' ')}"` : main.argv.join(' ')}\n\n` +
        `${ctime(main.startedMs).slice(4, 19)} ${machine.hostname.split('.')[0]!} systemd[1]: Started ${one.name}.service - ${one.description}.\n`
    }
    await call.stdout.write(bytes(call, text))
  }
  return status
}

export async function whole(call: Call): Promise<number> {
  const { machine } = call
  await call.stdout.write(
    bytes(
      call,
      `● ${machine.hostname.split('.')[0]!}\n    State: running\n    Units: 233 loaded (incl. loaded aliases)\n     Jobs: 0 queued\n   Failed: 0 units\n    Since: ${stamp(machine.bootMs)}; ${ago(machine.now() - machine.bootMs)}\n  systemd: 252.38-1~deb12u1\n   CGroup: /\n`,
    ),
  )
  return 0
}

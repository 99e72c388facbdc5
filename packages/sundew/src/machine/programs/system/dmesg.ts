import type { Call } from '../../program.ts'
import { documented, misused } from './documented.ts'
import { kernelLog } from './kernel-log.ts'

export const dmesg = documented('dmesg', async (call, given) => {
  if (given.operands.length > 0) return misused(call, 'bad usage')
  if (call.files.credentials.uid !== 0) {
    await call.stderr.write('dmesg: read kernel buffer failed: Operation not permitted\n')
    return 1
  }
  if (given.has('clear') && !given.has('read-clear')) {
    cleared.set(call.machine, call.machine.now())
    return 0
  }
  const from = cleared.get(call.machine) ?? 0
  const human = given.has('ctime') || given.has('human')
  let text = ''
  for (const [seconds, message] of kernelLog(call.machine)) {
    const at = call.machine.bootMs + seconds * 1000
    if (at < from) continue
    const stamp = human
      ? `[${new Date(at).toUTCString().replace(/^(...), (\d\d) (...) (\d{4}) (\S+) GMT$/, (_all, day: string, date: string, month: string, year: string, time: string) => `${day} ${month} ${date.replace(/^0/, ' ')} ${time} ${year}`)}]`
      : `[${seconds.toFixed(6).padStart(12)}]`
    text += given.has('notime') ? `${message}\n` : `${stamp} ${message}\n`
  }
  if (given.has('read-clear')) cleared.set(call.machine, call.machine.now())
  await call.stdout.write(text)
  return 0
})

/** Up to when somebody has cleared the log. */
const cleared = new WeakMap<Call['machine'], number>()

import type { Program } from '../../../program.ts'
import { signalNumber, signals } from '../../system/signals.ts'
import { tool } from '../../common/tool.ts'

/** Names that one call takes. */
const maxNames = 200

/** BusyBox's `killall`. */
export const killall: Program = tool('killall', async (t) => {
  const names = [...t.args]
  if (names[0] === '-l') {
    t.put(`${Object.values(signals).join(' ')}\n`)
    return
  }
  let signal = 15
  let quiet = false
  while (names[0]?.startsWith('-')) {
    const word = names.shift()!.slice(1)
    if (word === 'q') quiet = true
    else if (word === 'o') names.shift()
    else {
      const number = signalNumber(word === 's' ? (names.shift() ?? '') : word)
      signal = number ?? t.fail(`bad signal name '${word}'`)
    }
  }
  if (names.length === 0) t.fail('you need to specify whom to kill')
  const all = t.call.machine.processes.list().filter(({ pid }) => pid !== t.call.process.pid)
  for (const name of names.slice(0, maxNames)) {
    const found = all.filter(
      (one) =>
        one.argv.length > 0 &&
        [one.name, base(one.argv[0]!), base(one.executable)].includes(name.slice(0, 15)),
    )
    if (found.length === 0 && !quiet) await t.error(`${name}: no process killed`)
    else if (found.length === 0) t.status = 1
    for (const one of found) if (signal !== 0) one.kill(signal)
  }
})

function base(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

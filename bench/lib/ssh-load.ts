// A load for an SSH server, as a process of its own: ssh-load.ts PORT guess SECONDS CLIENTS | idle COUNT shell? | scripts CLIENTS FILE.
import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { Intruder } from '../../e2e/ssh/intruder.ts'

const [port, mode, first, second] = process.argv.slice(2)
const at = Number(port)

switch (mode) {
  case 'guess':
    say({ guesses: await guess(Number(first), Number(second)) })
    break
  case 'idle':
    await idle(Number(first), second === 'shell')
    break
  case 'scripts':
    say(await scripts(Number(first), second!))
    break
  default:
    throw new RangeError(`no load ${mode}`)
}

function say(what: unknown): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

/** Handshakes with one wrong password each, so many at once, until the time is over. */
async function guess(seconds: number, clients: number): Promise<number> {
  const until = performance.now() + seconds * 1000
  let guesses = 0
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < until) {
        const intruder = await Intruder.meet(at)
        if (await intruder.tries('root', 'wrong')) throw new Error('a wrong password let in')
        intruder.leave()
        guesses++
      }
    }),
  )
  return guesses
}

/** Logs in so often, says so, and waits until its input ends. */
async function idle(count: number, shell: boolean): Promise<void> {
  const all: Intruder[] = []
  for (let i = 0; i < count; i++) {
    const intruder = await Intruder.logIn(at)
    if (shell) await intruder.shell()
    all.push(intruder)
  }
  say({ idle: all.length })
  process.stdin.resume()
  await once(process.stdin, 'end')
  for (const intruder of all) intruder.leave()
}

/** Each client runs a script of commands, one after the other, some way away: milliseconds that each command took. */
async function scripts(
  clients: number,
  file: string,
): Promise<{ answers: number; p50: number; p99: number }> {
  const commands = (await readFile(file, 'latin1'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
  const times: number[] = []
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      await wait(client * 10)
      // Each from an address of its own, and so on a machine of its own.
      const intruder = await Intruder.logIn(
        at,
        'root',
        'root',
        `127.0.${1 + (client >> 7)}.${1 + (client & 127)}`,
      )
      for (let i = 0; i < commands.length; i++) {
        // The way there and back, and what a script does itself.
        await wait(100 + Math.random() * 200)
        const began = performance.now()
        const { status } = await intruder.run(commands[(i + client) % commands.length]!)
        if (status === undefined)
          throw new Error(`no exit status: ${commands[(i + client) % commands.length]}`)
        times.push(performance.now() - began)
      }
      intruder.leave()
    }),
  )
  times.sort((a, b) => a - b)
  const share = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))]!
  return { answers: times.length, p50: share(0.5), p99: share(0.99) }
}

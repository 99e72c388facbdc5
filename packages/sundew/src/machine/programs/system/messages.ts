import type { Call } from '../../program.ts'
import { documented } from './documented.ts'
import { ctime } from './times.ts'

export const mesg = documented('mesg', async (call, given) => {
  if (
    call.stdin.terminal === undefined &&
    call.stdout.terminal === undefined &&
    call.stderr.terminal === undefined
  ) {
    return 2
  }
  const [answer] = given.operands
  if (answer === undefined) {
    await call.stdout.write('is y\n')
    return 0
  }
  if (answer !== 'y' && answer !== 'n') {
    await call.stderr.write(`mesg: invalid argument: ${answer}\n`)
    return 2
  }
  return answer === 'y' ? 0 : 1
})

export const wall = documented('wall', async (call, given) => {
  const login = call.machine.loggedIn.find((one) => one.tty === call.process.tty)
  const text = given.operands.length > 0 ? `${given.operands.join(' ')}\n` : await wholeInput(call)
  if (call.terminal !== undefined) {
    const date = ctime(call.machine.now())
    const head = `Broadcast message from ${login?.user ?? 'root'}@${call.machine.hostname} (${call.process.tty ?? 'somewhere'}) (${date}):`
    await call.terminal.write(
      `\n${head.padEnd(79)}\n\n${text
        .split('\n')
        .map((line) => line.padEnd(79))
        .join('\n')
        .trimEnd()}\n\n`,
    )
  }
  return 0
})

/** As much of a message as is shown. */
const maxMessageBytes = 16 * 1024

async function wholeInput(call: Call): Promise<string> {
  let text = ''
  for (;;) {
    const bytes = await call.stdin.read()
    if (bytes === undefined || bytes.length === 0) return text
    if (text.length < maxMessageBytes) text += Buffer.from(bytes).toString('latin1')
    await call.spend()
  }
}

export const write = documented('write', async (call, given) => {
  const [user, tty] = given.operands
  if (user === undefined) {
    await call.stderr.write("Try 'write --help' for more information.\n")
    return 1
  }
  const there = call.machine.loggedIn.some(
    (one) => one.user === user && (tty === undefined || one.tty === tty.replace('/dev/', '')),
  )
  if (!there) {
    await call.stderr.write(`write: ${user} is not logged in\n`)
    return 1
  }
  await wholeInput(call)
  return 0
})

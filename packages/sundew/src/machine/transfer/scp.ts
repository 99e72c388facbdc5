import type { Call, Program } from '../program.ts'
import { receive } from './scp-sink.ts'
import { send } from './scp-source.ts'
import { ScpEnds, ScpWire } from './scp-wire.ts'

const usage = `usage: scp [-346ABCOpqRrsTv] [-c cipher] [-D sftp_server_path] [-F ssh_config]
           [-i identity_file] [-J destination] [-l limit] [-o ssh_option]
           [-P port] [-S program] [-X sftp_option] source ... target
`
/** Options with a word of their own. */
const withValue = 'cDFiJloPSX'
const without = '346ABCOpqRrsTvdft12'

/** scp: the other end of a peer's `scp -O`; called by hand it connects nowhere. */
export const scp: Program = {
  names: ['scp'],
  async run(call) {
    const flags = new Map<string, string>()
    const names: string[] = []
    for (let i = 0; i < call.args.length; i++) {
      const arg = call.args[i]!
      if (arg === '--') {
        names.push(...call.args.slice(i + 1))
        break
      }
      if (!arg.startsWith('-') || arg === '-' || names.length > 0) {
        names.push(arg)
        continue
      }
      for (let k = 1; k < arg.length; k++) {
        const letter = arg[k]!
        if (withValue.includes(letter)) {
          const value = arg.slice(k + 1) || call.args[++i]
          if (value === undefined) {
            await call.stderr.write(`scp: option requires an argument -- '${letter}'\n${usage}`)
            return 1
          }
          flags.set(letter, value)
          break
        }
        if (!without.includes(letter)) {
          await call.stderr.write(`scp: unknown option -- ${letter}\n${usage}`)
          return 1
        }
        flags.set(letter, '')
      }
    }
    const wire = new ScpWire(call, {
      isRecursive: flags.has('r'),
      keepsTimes: flags.has('p'),
      intoDirectory: flags.has('d'),
    })
    try {
      if (flags.has('f')) await send(wire, names)
      else if (flags.has('t')) await receive(wire, names)
      else return await byHand(call, names, flags.get('P'))
    } catch (error) {
      if (error instanceof ScpEnds) return error.exit
      throw error
    }
    return wire.errors === 0 ? 0 : 1
  },
}

async function byHand(call: Call, names: readonly string[], port: string | undefined): Promise<number> {
  if (names.length < 2) {
    await call.stderr.write(usage)
    return 1
  }
  const remote = names
    .map((name) => /^(?:scp:\/\/)?(?:[^@/]+@)?(\[[^\]]+\]|[^:/]+):/.exec(name)?.[1])
    .find(Boolean)
  if (remote === undefined) return call.run(['cp', ...names])
  const host = remote.replace(/^\[|\]$/g, '')
  const number = Number(port ?? 22)
  call.happened({ type: 'connect', host, port: number, tool: 'scp', bytes: new Uint8Array(0) })
  await call.sleep(20_000)
  await call.stderr.write(
    `ssh: connect to host ${host} port ${number}: Connection timed out\nscp: Connection closed\n`,
  )
  return 255
}

import type { Room } from './room.ts'

const folder = 'packages/sundew'

/** A decoy that greets, keeps every line it is sent, and answers: a beginning that passes the conformance suite. */
export const newDecoy: Room = {
  index: `${folder}/src/decoys/index.ts`,

  register(index, name) {
    // The list holds decoys of different configurations; each entry is written as the others are.
    const list = /(export const decoys: [^=]*= \[)([^\]]*)\]/.exec(index)
    if (!list || list[0] === undefined) return undefined
    const entries = (list[2] ?? '').split(',').map((entry) => entry.trim())
    const named = [...entries.filter((entry) => entry !== ''), `listed(${name})`]
    const line = `import { ${name} } from './${name}/${name}.ts'\n`
    const imports = [...index.matchAll(/^import .*\n/gm)].at(-1)
    if (!imports) return undefined
    const at = imports.index + imports[0].length
    return (index.slice(0, at) + line + index.slice(at)).replace(list[0], `${list[1]}${named.join(', ')}]`)
  },

  files: (name) => ({
    [`${folder}/src/decoys/${name}/${name}.ts`]: decoyFile(name),
    [`${folder}/src/decoys/${name}/lines.ts`]: linesFile,
    [`${folder}/test/decoys/${name}/${name}.test.ts`]: testFile(name),
  }),

  test: (name) => `${folder}/test/decoys/${name}/${name}.test.ts`,
}

const decoyFile = (name: string): string => `import { z } from 'zod'
import type { Decoy, DecoyService } from '../../core/decoy.ts'
import type { Session } from '../../core/session.ts'
import { byteString } from '../../event/bytes.ts'
import { Lines } from './lines.ts'

const config = z.object({
  banner: z.string().max(200).default('220 ${name} ready').describe('The line it greets with.'),
})

type Config = z.output<typeof config>

/** Answers to what is asked; the first word counts, in any case. */
const answers: Readonly<Record<string, string>> = { HELP: '214 Commands: HELP QUIT', QUIT: '221 Bye' }
const unknown = '500 Unknown command'
/** Commands in one session, before the peer is shown out. */
const maxCommands = 1000

/** TODO: say what it pretends to be. */
export const ${name}: Decoy<Config> = {
  name: '${name}',
  summary: 'A ${name} service that keeps every line it is sent.',
  ports: [{ port: 2999, as: 999, tls: false }],
  limits: { connections: 1000, connectionsPerSource: 50, ratePerSource: 120, idleMs: 60_000, totalMs: 600_000 },
  config,
  start: ({ banner }) => Promise.resolve(service(banner)),
}

function service(banner: string): DecoyService {
  return {
    serve: (session) => serve(session, banner).catch((error: unknown) => left(error)),
    refuse: (session) => {
      session.socket.write('421 Too many connections\\r\\n')
    },
    expire: (session) => {
      session.socket.write('421 Timeout\\r\\n')
    },
  }
}

/** A peer that resets or vanishes is no fault of ours; anything else is. */
function left(error: unknown): void {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (!['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(code)) throw error
}

async function serve(session: Session, banner: string): Promise<void> {
  const { socket } = session
  const lines = new Lines()
  let commands = 0
  socket.write(\`\${banner}\\r\\n\`)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    let reply = ''
    for (const line of lines.take(chunk)) {
      if (line.length === 0) {
        reply += \`\${unknown}\\r\\n\`
        continue
      }
      session.note('command.run', { command: byteString(line) })
      const word = line.toString('latin1').split(' ', 1)[0]!.toUpperCase()
      reply += \`\${answers[word] ?? unknown}\\r\\n\`
      if (word === 'QUIT' || ++commands >= maxCommands) {
        socket.write(reply)
        session.end('persona')
        return
      }
    }
    // A peer that does not read is not answered any more, until it does.
    if (!socket.write(reply)) await drained(session)
  }
  socket.end()
}

function drained({ socket }: Session): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.on('drain', done)
    socket.on('close', done)
  })
}
`

const linesFile = `const lf = 0x0a
const cr = 0x0d
/** The longest line kept, bytes; what is beyond is left out. */
const maxLine = 1024

/** Lines of a stream of bytes, without their ends: CRLF or LF. Holds at most one line. */
export class Lines {
  #held: Buffer[] = []
  #heldBytes = 0;

  *take(chunk: Buffer): Generator<Buffer> {
    let from = 0
    for (;;) {
      const end = chunk.indexOf(lf, from)
      this.#hold(chunk.subarray(from, end < 0 ? chunk.length : end))
      if (end < 0) return
      const line = Buffer.concat(this.#held)
      this.#held = []
      this.#heldBytes = 0
      from = end + 1
      yield line.at(-1) === cr ? line.subarray(0, -1) : line
    }
  }

  #hold(bytes: Buffer): void {
    const part = bytes.subarray(0, maxLine - this.#heldBytes)
    if (part.length === 0) return
    // A copy: a slice would keep its whole chunk.
    this.#held.push(Buffer.from(part))
    this.#heldBytes += part.length
  }
}
`

const testFile = (name: string): string => `import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import fc from 'fast-check'
import { ${name} } from '../../../src/decoys/${name}/${name}.ts'
import { Lines } from '../../../src/decoys/${name}/lines.ts'
import { bytesOf } from '../../../src/event/bytes.ts'
import { conformance } from '../conformance.ts'
import { startDecoy } from '../host.ts'

// With states of its own, name what leads to them: conformance(…, { openings: ['HELLO\\r\\n'] })
conformance(${name})

test('it greets, answers and keeps every line as it was sent', async () => {
  await using host = await startDecoy(${name}, { banner: '220 hello' })
  const socket = host.connect()
  let heard = ''
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
  socket.write(Buffer.from('help\\r\\nx\\x00\\xff\\x1b[2J\\nQUIT\\r\\n', 'latin1'))
  await once(socket, 'close')
  assert.equal(heard, '220 hello\\r\\n214 Commands: HELP QUIT\\r\\n500 Unknown command\\r\\n221 Bye\\r\\n')
  const commands = await host.fields('command.run')
  assert.deepEqual(
    commands.map(({ command }) => bytesOf(command).toString('latin1')),
    ['help', 'x\\x00\\xff\\x1b[2J', 'QUIT'],
  )
})

test('lines are the same however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (parts) => {
      const chunks = parts.map((part) => Buffer.from(part))
      const whole = new Lines()
      const cut = new Lines()
      assert.deepEqual(
        chunks.flatMap((chunk) => [...cut.take(chunk)]),
        [...whole.take(Buffer.concat(chunks))],
      )
    }),
  )
})
`

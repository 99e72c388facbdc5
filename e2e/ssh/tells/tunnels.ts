import { messageNumber as number } from '../../../packages/sundew/src/wire/ssh/message/message-number.ts'
import { parseOpenAnswer } from '../../../packages/sundew/src/wire/ssh/message/channel-open.ts'
import { WireWriter } from '../../../packages/sundew/src/wire/ssh/message/wire-writer.ts'
import { Intruder } from '../intruder.ts'
import type { Suspect, Tell } from './tell.ts'

/** What a tunnel to there comes to: `open`, or the reason that was given. */
async function tunnel({ port, user, password }: Suspect, host: string, to: number): Promise<string> {
  const { peer } = await Intruder.logIn(port, user, password)
  try {
    const open = new WireWriter(number.channelOpen)
      .string('direct-tcpip')
      .uint32(0)
      .uint32(65_536)
      .uint32(32_768)
    peer.send(open.string(host).uint32(to).string('127.0.0.1').uint32(4000).bytes())
    for (;;) {
      const answer = await peer.answer()
      if (answer === undefined) return 'nothing'
      const parsed = parseOpenAnswer(answer)
      if (answer[0] !== number.channelOpenConfirmation && answer[0] !== number.channelOpenFailure) continue
      if (parsed.state !== 'read') return 'malformed'
      return parsed.message.opened ? 'open' : Buffer.from(parsed.message.text).toString('latin1')
    }
  } finally {
    peer.destroy()
  }
}

/** What connections through the server show. */
export const tunnelTells: readonly Tell[] = [
  {
    name: 'any port of the server itself opens',
    async found(suspect) {
      for (const port of [1, 7, 9999, 31_337])
        if ((await tunnel(suspect, '127.0.0.1', port)) === 'open') return true
      return false
    },
  },
  {
    name: 'the server’s own port 22 is closed',
    found: async (suspect) => (await tunnel(suspect, '127.0.0.1', 22)) !== 'open',
  },
  {
    name: 'a name that cannot exist is connected to',
    found: async (suspect) => (await tunnel(suspect, 'nothing.invalid', 80)) !== 'Name or service not known',
  },
  {
    name: 'every odd port of the world opens',
    async found(suspect) {
      const answers = await Promise.all(
        [1, 2, 3, 4, 5, 6].map((n) => tunnel(suspect, `198.51.100.${n}`, 40_000 + n)),
      )
      return answers.every((answer) => answer === 'open')
    },
  },
]

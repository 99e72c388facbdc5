import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { classes, flags, types } from '../src/wire/dns/codes.ts'
import { readMessage } from '../src/wire/dns/message.ts'
import { encodeName, lowerName } from '../src/wire/dns/name.ts'
import { MessageWriter } from '../src/wire/dns/writer.ts'

/** The address of names that the authority is not told of. */
export const realAddress = '198.51.100.1'

/** A name server on loopback that has an address for every name: what resolvers under test are told to ask. */
export async function authority(
  addresses: Readonly<Record<string, string>>,
): Promise<{ readonly port: number } & AsyncDisposable> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.on('message', (bytes, from) => {
    const message = readMessage(bytes)
    if (typeof message === 'string' || message.questions.length !== 1) return
    const [question] = message.questions
    const name = encodeName(question!.name)!
    const writer = new MessageWriter().begin(message.id, flags.response | flags.authoritative)
    writer.question(name, question!.type, question!.class)
    const address = addresses[lowerName(question!.name)] ?? realAddress
    if (question!.type === types.a)
      writer.record(
        'answers',
        name,
        types.a,
        classes.internet,
        60,
        Uint8Array.from(address.split('.').map(Number)),
      )
    socket.send(writer.bytes(), from.port, from.address)
  })
  return {
    port: socket.address().port,
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
}

import { Duplex } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'
import { until } from '../../host.ts'
import type { Bench } from './bench.ts'

/** Speaks TLS in a tunnel; what the server said first, and whom its certificate is for. */
export async function overTls(
  bench: Bench,
  channel: number,
  servername: string | undefined,
  first: string,
): Promise<{ text: string; names: string }> {
  let read = 0
  const inner = new Duplex({
    read() {},
    write(chunk: Buffer, _, done) {
      for (let at = 0; at < chunk.length; at += 32_768) bench.send(channel, chunk.subarray(at, at + 32_768))
      done()
    },
  })
  const pump = setInterval(() => {
    const list = bench.data.get(channel) ?? []
    while (read < list.length) inner.push(list[read++])
  }, 1)
  const socket = tlsConnect({
    socket: inner,
    rejectUnauthorized: false,
    ...(servername ? { servername } : {}),
  })
  let text = ''
  socket.on('error', () => {}).on('data', (piece: Buffer) => (text += piece.toString('latin1')))
  try {
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
    const { subject, subjectaltname = '' } = socket.getPeerCertificate()
    await until(() => text.includes(first), `${first} is heard`)
    return { text, names: `${String(subject.CN)} ${subjectaltname}` }
  } finally {
    clearInterval(pump)
    socket.destroy()
  }
}

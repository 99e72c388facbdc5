import { connect } from 'node:net'

/** Everything a loopback server says to `bytes` until it ends the connection. Ask with `Connection: close`. */
export async function ask(port: number, ...bytes: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true })
  const heard: Buffer[] = []
  socket.on('data', (chunk: Buffer) => heard.push(chunk))
  const over = new Promise<void>((resolve) => socket.once('end', resolve).once('close', resolve))
  socket.on('error', () => {})
  for (const part of bytes) {
    if (typeof part === 'string') socket.write(part, 'latin1')
    else socket.write(part)
  }
  await over
  socket.destroy()
  return Buffer.concat(heard).toString('latin1')
}

/** A request that ends the connection. */
export function request(
  line: string,
  fields: Readonly<Record<string, string>> = {},
  body?: Uint8Array,
): Buffer {
  const all = {
    Host: 'www.example.net',
    Connection: 'close',
    ...(body ? { 'Content-Length': String(body.length) } : {}),
    ...fields,
  }
  const head = `${[`${line} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)])
}

/** A form as a browser sends it. */
export function multipart(
  parts: readonly { name: string; fileName?: string; type?: string; data: Uint8Array }[],
): { type: string; body: Buffer } {
  const boundary = '----WebKitFormBoundaryabcdefghijklmnop'
  const chunks = parts.flatMap(({ name, fileName, type, data }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`,
      'latin1',
    ),
    data,
    Buffer.from('\r\n'),
  ])
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  }
}

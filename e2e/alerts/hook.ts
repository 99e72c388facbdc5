import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

interface HookEvent {
  readonly id: string
  readonly time: string
  readonly kind: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A web server that keeps the events posted to it, also over its own death. */
export class Hook implements AsyncDisposable {
  readonly got: { readonly event: HookEvent; readonly atMs: number }[] = []
  readonly #port: number
  #server: Server | undefined

  constructor(port: number) {
    this.#port = port
  }

  async up(): Promise<void> {
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        const { events } = JSON.parse(body) as { events: HookEvent[] }
        const atMs = Date.now()
        this.got.push(...events.map((event) => ({ event, atMs })))
        response.writeHead(204).end()
      })
    }).listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#server = server
  }

  async kill(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }
}

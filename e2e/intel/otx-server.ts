import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'

const samples = join(import.meta.dirname, '..', '..', 'testdata', 'intel')
export const otxKey = 'e2e-key'

interface Pulse {
  id: string
  name: string
  created: string
  modified: string
  indicators: { indicator: string; type: string; created: string }[]
}

/** A few real pulses of 2015 to 2017, as if they had been published an hour ago. */
export async function recentPulses(): Promise<Pulse[]> {
  const pulses = JSON.parse(await readFile(join(samples, 'otx_pulses_2015_real.json'), 'utf8')) as Pulse[]
  const time = new Date(Date.now() - 3_600_000).toISOString().slice(0, 23)
  return pulses.map((pulse) => ({
    ...pulse,
    created: time,
    modified: time,
    indicators: pulse.indicators.map((indicator) => ({ ...indicator, created: time, expiration: null })),
  }))
}

/** OTX's interface as DirectConnect uses it, and a plain list beside it, on loopback. */
export class OtxServer {
  /** What the list at /list.txt says. */
  list: readonly string[] = []

  static async start(port: number): Promise<OtxServer> {
    const pulses = await recentPulses()
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1')
      const answer = (status: number, body: string) => response.writeHead(status).end(body)
      if (url.pathname === '/list.txt') return void answer(200, `${made.list.join('\n')}\n`)
      if (request.headers['x-otx-api-key'] !== otxKey)
        return void answer(403, '{"detail":"Authentication required"}')
      if (url.pathname === '/api/v1/pulses/events')
        return void answer(200, JSON.stringify({ results: [], count: 0, next: null, previous: null }))
      if (url.pathname !== '/api/v1/pulses/subscribed') return void answer(404, '{}')
      const [limit, page] = [
        Number(url.searchParams.get('limit') ?? 20),
        Number(url.searchParams.get('page') ?? 1),
      ]
      const results = pulses.slice((page - 1) * limit, page * limit)
      url.searchParams.set('page', String(page + 1))
      const next =
        page * limit < pulses.length ? `http://127.0.0.1:${port}${url.pathname}${url.search}` : null
      answer(200, JSON.stringify({ results, count: pulses.length, next, previous: null }))
    })
    const made = new OtxServer()
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    // It serves as long as the suite runs, and keeps nobody waiting at its end.
    server.unref()
    return made
  }
}

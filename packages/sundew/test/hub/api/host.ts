import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Status } from '../../../src/hub/api/contract.ts'
import { startApi, type Api, type ApiOptions } from '../../../src/hub/api/server.ts'
import { LiveBus } from '../../../src/hub/live.ts'

export interface TestApi {
  readonly api: Api
  readonly folder: string
  readonly live: LiveBus
  /** One request over a connection of its own, with exactly these headers. */
  ask(path: string, options?: Ask): Promise<Answer>
  /** Logs in and returns the Cookie header. */
  logIn(): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
  json(): unknown
}

/** A store that nobody runs: port 1 of loopback refuses. */
function noStore(): ClickHouseClient {
  return createClient({ url: 'http://127.0.0.1:1', log: { level: 127 } })
}

/** The real API on a port of its own, with a state folder of its own. */
export async function startTestApi(options: Partial<ApiOptions> = {}): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-api-'))
  const live = new LiveBus()
  const store = options.store ?? noStore()
  const api = await startApi({
    address: '127.0.0.1',
    port: 0,
    allowPlain: false,
    stateFolder: join(folder, 'state'),
    publicFolder: join(folder, 'public'),
    store,
    live,
    status: () => Promise.resolve({ version: 'test' } as Status),
    storeStarted: () => true,
    openFile: () => Promise.resolve(undefined),
    ...options,
  })
  const ask = (path: string, { method = 'GET', headers = {}, body }: Ask = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const { hostname, port } = new URL(api.url)
      const host = hostname.replace(/^\[|\]$/g, '')
      const request = httpRequest({ host, port, path, method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const bytes = Buffer.concat(chunks)
          const text = bytes.toString('utf8')
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            text,
            json: () => JSON.parse(text) as unknown,
          })
        })
      })
      request.on('error', reject)
      request.end(body)
    })
  return {
    api,
    folder,
    live,
    ask,
    async logIn() {
      const answer = await ask('/api/login', {
        method: 'POST',
        ...jsonBody({ password: api.initialPassword }),
      })
      return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    },
    async [Symbol.asyncDispose]() {
      await api.close()
      if (!options.store) await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function jsonBody(value: unknown): { headers: { 'Content-Type': string }; body: string } {
  return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) }
}

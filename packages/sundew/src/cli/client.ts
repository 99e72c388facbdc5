import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import http, { type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import type { Layout } from '../core/layout.ts'
import { apiPrefix, type ApiErrorBody } from '../hub/api/contract.ts'
import { exitCode, Failure, type ExitCode } from './failure.ts'
import { findRunning, notRunning, type Running } from './running.ts'

/** How long the hub may take to begin an answer, milliseconds. */
const silentMs = 60_000
/** The same where it has to pull or to write first. */
const patientMs = 1_800_000
/** The largest answer that is read whole, bytes. */
const maxAnswerBytes = 64 * 1024 * 1024

export interface HubRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>
  readonly body?: unknown
  /** What is asked for takes its time. */
  readonly patient?: boolean
  readonly signal?: AbortSignal
}

/** The hub that runs here, over its HTTP interface. */
export class Hub {
  readonly #running: Running
  readonly #paths: Layout
  readonly #options: RequestOptions

  private constructor(running: Running, paths: Layout, options: RequestOptions) {
    this.#running = running
    this.#paths = paths
    this.#options = options
  }

  /**
   * Finds it. What it answers later may still be a Failure: SUNDEW_NOT_RUNNING, SUNDEW_TOKEN_REFUSED,
   * SUNDEW_HUB_SILENT, or what the hub itself names.
   */
  static async find(paths: Layout): Promise<Hub> {
    const running = await findRunning(paths)
    const agent = { keepAlive: true, maxSockets: 8 }
    if (new URL(running.url).protocol === 'http:') {
      return new Hub(running, paths, { agent: new http.Agent(agent) })
    }
    return new Hub(running, paths, { agent: new https.Agent({ ...agent, ...(await pinned(running)) }) })
  }

  get url(): string {
    return this.#running.url
  }

  /** The answer as JSON. */
  async json<T>(path: string, request: HubRequest = {}): Promise<T> {
    const text = await this.#read(await this.open(path, request))
    try {
      return (text.length === 0 ? undefined : JSON.parse(text.toString())) as T
    } catch (cause) {
      throw this.#broken(path, cause)
    }
  }

  /** The answer as it comes; its status is one of success. */
  async open(path: string, request: HubRequest = {}): Promise<IncomingMessage> {
    const answer = await this.#send(path, request)
    const status = answer.statusCode ?? 0
    if (status >= 200 && status < 300) return answer
    throw this.#refused(path, status, await this.#read(answer))
  }

  #send(path: string, request: HubRequest): Promise<IncomingMessage> {
    const url = new URL(apiPrefix + path, reachable(this.#running.url))
    for (const [name, value] of Object.entries(request.query ?? {})) {
      const text = String(value ?? '')
      if (text !== '') url.searchParams.set(name, text)
    }
    const method = request.method ?? 'GET'
    const waitMs = request.patient ? patientMs : silentMs
    return new Promise((resolve, reject) => {
      const sent = (url.protocol === 'https:' ? https : http).request(
        url,
        {
          ...this.#options,
          method,
          ...(request.signal ? { signal: request.signal } : {}),
          headers: {
            authorization: `Bearer ${this.#running.token}`,
            ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
          },
        },
        (answer) => {
          clearTimeout(silent)
          resolve(answer)
        },
      )
      const silent = setTimeout(() => {
        sent.destroy(
          new Failure(
            'SUNDEW_HUB_SILENT',
            exitCode.unavailable,
            `${url.href} gave no answer within ${waitMs / 1000} s. See what the hub is at: sundew doctor --data ${this.#paths.data}`,
          ),
        )
      }, waitMs)
      sent.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(silent)
        reject(error instanceof Failure || request.signal?.aborted ? error : this.#unreachable(error))
      })
      sent.end(request.body === undefined ? undefined : JSON.stringify(request.body))
    })
  }

  async #read(answer: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = []
    let bytes = 0
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (bytes > maxAnswerBytes) throw new Error(`an answer of more than ${maxAnswerBytes} bytes`)
        chunks.push(chunk)
      }
    } catch (error) {
      throw this.#unreachable(error)
    }
    return Buffer.concat(chunks)
  }

  #unreachable(cause: unknown): Failure {
    const { code, message } = cause as NodeJS.ErrnoException
    return notRunning(this.#paths, `${this.#running.url} did not answer (${code ?? message})`, cause)
  }

  #refused(path: string, status: number, body: Buffer): Failure {
    let error: ApiErrorBody['error']
    try {
      ;({ error } = JSON.parse(body.toString()) as ApiErrorBody)
      if (typeof error.code !== 'string' || typeof error.message !== 'string')
        throw new TypeError('no error inside')
    } catch (cause) {
      throw this.#broken(`${path} (status ${status})`, cause)
    }
    if (status === 401) {
      return new Failure(
        'SUNDEW_TOKEN_REFUSED',
        exitCode.unavailable,
        `${this.#running.url} does not know the token in ${this.#paths.hub}/cli-token. Another Sundew seems to answer there: look with "sundew doctor", or name the right data with --data.`,
      )
    }
    const code = (error.code.startsWith('SUNDEW_') ? error.code : 'SUNDEW_REFUSED') as Failure['code']
    const store = error.store ? ` (ClickHouse ${error.store.code} ${error.store.type})` : ''
    return new Failure(code, exitFor(status), `${error.message}${store}`)
  }

  #broken(path: string, cause: unknown): Failure {
    return new Failure(
      'SUNDEW_ANSWER_BROKEN',
      exitCode.fault,
      `${this.#running.url}${apiPrefix}${path} answered something else than this program expects. Do both have the same version? Restart "sundew up" after an upgrade.`,
      { cause },
    )
  }
}

/** Where to ask a hub that listens on every address: here. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]')
}

function exitFor(status: number): ExitCode {
  if (status === 404 || status === 409) return exitCode.finding
  if (status === 429 || status === 503 || status === 504) return exitCode.unavailable
  return status < 500 ? exitCode.usage : exitCode.fault
}

/** Trust in the one certificate that the hub says it shows, whatever name it is made for. */
async function pinned(running: Running): Promise<https.AgentOptions> {
  if (running.certificate === undefined) return {}
  const pem = await readFile(running.certificate)
  const { fingerprint256 } = new X509Certificate(pem)
  return {
    ca: [pem],
    allowPartialTrustChain: true,
    checkServerIdentity: (_name, shown) =>
      shown.fingerprint256 === fingerprint256
        ? undefined
        : new Error(`the certificate shown is not the one in ${running.certificate}`),
  }
}

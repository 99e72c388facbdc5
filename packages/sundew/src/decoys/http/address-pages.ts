import type { Session } from '../../core/session.ts'
import { fieldOf } from '../../wire/http/head.ts'
import { addressServices, type AddressService, type Asked } from './address-services.ts'
import { httpDate, type Answer } from './answer.ts'
import { formFields, type HttpRequest } from './request.ts'

const services = new Map<string, AddressService>(
  addressServices.flatMap((service) => service.hosts.map((host) => [host, service] as const)),
)

/**
 * The answer of a page that tells visitors their address, where a tunnel leads to one: the address that it would see this
 * machine come from. Undefined for all other pages.
 */
export function addressPage({ through }: Session, request: HttpRequest): Answer | undefined {
  if (!through || (request.method !== 'GET' && request.method !== 'HEAD')) return undefined
  const host = (request.host ?? through.host).toLowerCase().replace(/^www\./, '')
  const path = request.path ?? '/'
  const service = services.get(host)
  if (!service) return undefined
  const asked: Asked = {
    address: through.seenAddress,
    path,
    query: formFields(request.query, 16),
    agent: (fieldOf(request.head, 'user-agent') ?? '').slice(0, 256),
  }
  const told = service.tell(asked)
  if (told === undefined) return undefined
  const [type, text] = told
  const body = Buffer.from(text, 'latin1')
  return {
    status: 200,
    fields: [],
    type,
    body,
    serialise: (_answer, asking, keep) => {
      const words: Readonly<Record<string, string>> = {
        date: httpDate(),
        type,
        length: String(body.length),
        connection: keep ? 'keep-alive' : 'close',
        ray: rayOf(),
      }
      const lines = service.fields.map((line) =>
        line.replace(/\{(\w+)\}/g, (_, word: string) => words[word]!),
      )
      const head = Buffer.from(`${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`, 'latin1')
      return asking?.method === 'HEAD' ? [head] : [head, body]
    },
  }
}

/** Cloudflare's id of a request: time and chance, and the airport of the place that answered. */
function rayOf(): string {
  const low = Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')
  const high = Math.floor(Date.now() / 2_000)
    .toString(16)
    .slice(-8)
    .padStart(8, '9')
  return `${high}${low}-FRA`
}

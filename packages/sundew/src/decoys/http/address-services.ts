/** What is asked of such a page. */
export interface Asked {
  /** The visitor's address. */
  readonly address: string
  readonly path: string
  readonly query: ReadonlyMap<string, string>
  readonly agent: string
}

/** A page that tells its visitor where he comes from. */
export interface AddressService {
  readonly hosts: readonly string[]
  /** Its header fields in their order: `{date}`, `{type}`, `{length}`, `{connection}` and `{ray}` are filled in. */
  readonly fields: readonly string[]
  /** Media type and body; undefined for a path that has something else. */
  readonly tell: (asked: Asked) => readonly [type: string, body: string] | undefined
}

/** Where those that know places put the address. */
const place = {
  country: 'Germany',
  countryCode: 'DE',
  region: 'HE',
  regionName: 'Hesse',
  city: 'Frankfurt am Main',
  zip: '60313',
  lat: 50.1109,
  lon: 8.68213,
  timezone: 'Europe/Berlin',
  isp: 'Hetzner Online GmbH',
  org: 'Hetzner',
  as: 'AS24940 Hetzner Online GmbH',
} as const

const cloudflare = [
  'Date: {date}',
  'Content-Type: {type}',
  'Content-Length: {length}',
  'Connection: {connection}',
]
const nginx = [
  'Server: nginx',
  'Date: {date}',
  'Content-Type: {type}',
  'Content-Length: {length}',
  'Connection: {connection}',
]
const json = 'application/json'
const isProgram = (agent: string): boolean =>
  /^(?:curl|wget|fetch|python|go-http|libwww|httpie|$)/i.test(agent)
/** One at which every path tells the bare address. */
const bare =
  (type: string, end = '') =>
  ({ address }: Asked) =>
    [type, `${address}${end}`] as const
/** One at which some paths do. */
const at =
  (paths: readonly string[], type: string, end = '') =>
  ({ address, path }: Asked) =>
    paths.includes(path) ? ([type, `${address}${end}`] as const) : undefined

/** The services that intruders ask through tunnels, as they answered in 2024. */
export const addressServices: readonly AddressService[] = [
  {
    hosts: ['ip-api.com', 'pro.ip-api.com'],
    fields: [
      'Date: {date}',
      'Content-Type: {type}',
      'Content-Length: {length}',
      'Access-Control-Allow-Origin: *',
      'X-Ttl: 60',
      'X-Rl: 44',
    ],
    tell: ipApi,
  },
  {
    hosts: ['icanhazip.com', 'ipv4.icanhazip.com', 'ipv6.icanhazip.com'],
    fields: [
      ...cloudflare,
      'Access-Control-Allow-Origin: *',
      'Access-Control-Allow-Methods: GET',
      'Server: cloudflare',
      'CF-RAY: {ray}',
      'alt-svc: h3=":443"; ma=86400',
    ],
    tell: at(['/'], 'text/plain', '\n'),
  },
  {
    hosts: ['api.ipify.org', 'api4.ipify.org', 'api6.ipify.org', 'api64.ipify.org'],
    fields: [
      ...cloudflare,
      'Vary: Origin',
      'cf-cache-status: DYNAMIC',
      'Server: cloudflare',
      'CF-RAY: {ray}',
    ],
    tell: ({ address, query }) =>
      query.get('format') === 'json' ? [json, `{"ip":"${address}"}`] : ['text/plain', address],
  },
  {
    hosts: ['ifconfig.me'],
    fields: [
      'Content-Length: {length}',
      'access-control-allow-origin: *',
      'content-type: {type}',
      'date: {date}',
      'via: 1.1 google',
    ],
    tell: ({ address, path, agent }) => {
      if (path === '/ip' || (path === '/' && isProgram(agent))) return ['text/plain', address]
      if (path === '/all.json') return [json, `{"ip_addr":"${address}","remote_host":"unavailable"}`]
      return undefined
    },
  },
  {
    hosts: ['ifconfig.co', 'ifconfig.io'],
    fields: [...cloudflare, 'cf-cache-status: DYNAMIC', 'Server: cloudflare', 'CF-RAY: {ray}'],
    tell: ({ address, path, agent }) =>
      path === '/ip' || (path === '/' && isProgram(agent))
        ? ['text/plain; charset=utf-8', `${address}\n`]
        : undefined,
  },
  {
    hosts: ['checkip.amazonaws.com'],
    fields: [
      ...nginx,
      'Vary: Origin',
      'Vary: Access-Control-Request-Method',
      'Vary: Access-Control-Request-Headers',
    ],
    tell: bare('text/plain;charset=UTF-8', '\n'),
  },
  {
    hosts: ['ipinfo.io'],
    fields: [
      'access-control-allow-origin: *',
      'Content-Length: {length}',
      'content-type: {type}',
      'date: {date}',
      'referrer-policy: strict-origin-when-cross-origin',
      'x-content-type-options: nosniff',
      'x-frame-options: SAMEORIGIN',
      'x-xss-protection: 1; mode=block',
      'via: 1.1 google',
      'strict-transport-security: max-age=2592000; includeSubDomains',
    ],
    tell: ipInfo,
  },
  {
    hosts: ['checkip.dyndns.org', 'checkip.dyndns.com'],
    fields: [
      'Date: {date}',
      'Content-Type: {type}',
      'Content-Length: {length}',
      'Connection: {connection}',
      'Cache-Control: no-cache',
      'Pragma: no-cache',
    ],
    tell: ({ address }) => [
      'text/html',
      `<html><head><title>Current IP Check</title></head><body>Current IP Address: ${address}</body></html>\r\n`,
    ],
  },
  {
    hosts: ['httpbin.org'],
    fields: [
      'Date: {date}',
      'Content-Type: {type}',
      'Content-Length: {length}',
      'Connection: {connection}',
      'Server: gunicorn/19.9.0',
      'Access-Control-Allow-Origin: *',
      'Access-Control-Allow-Credentials: true',
    ],
    tell: ({ address, path }) => (path === '/ip' ? [json, `{\n  "origin": "${address}"\n}\n`] : undefined),
  },
  {
    hosts: ['api.myip.com'],
    fields: [...cloudflare, 'Vary: Accept-Encoding', 'Server: cloudflare', 'CF-RAY: {ray}'],
    tell: ({ address }) => [
      'text/html; charset=UTF-8',
      `{"ip":"${address}","country":"${place.country}","cc":"${place.countryCode}"}`,
    ],
  },
  {
    hosts: ['api.ip.sb', 'ip.sb', 'api-ipv4.ip.sb'],
    fields: [...cloudflare, 'Server: cloudflare', 'CF-RAY: {ray}'],
    tell: at(['/ip', '/'], 'text/plain', '\n'),
  },
  { hosts: ['ident.me', 'v4.ident.me', 'tnedi.me'], fields: nginx, tell: at(['/'], 'text/plain') },
  { hosts: ['ipecho.net'], fields: nginx, tell: at(['/plain'], 'text/plain; charset=utf-8') },
  { hosts: ['myexternalip.com'], fields: nginx, tell: at(['/raw'], 'text/plain; charset=utf-8') },
  { hosts: ['wtfismyip.com'], fields: nginx, tell: at(['/text'], 'text/plain; charset=utf-8', '\n') },
  { hosts: ['ip.42.pl'], fields: nginx, tell: at(['/raw'], 'text/html') },
  {
    hosts: ['2ip.ru', '2ip.io'],
    fields: nginx,
    tell: ({ address, agent }) => (isProgram(agent) ? ['text/plain', `${address}\n`] : undefined),
  },
]

/** https://ip-api.com/docs: the form is the first part of the path, `fields` chooses. */
function ipApi({ address, path, query }: Asked): readonly [string, string] | undefined {
  const form = /^\/(json|line|csv|xml)(?:\/|$)/.exec(path)?.[1]
  if (form === undefined) return undefined
  const all: Readonly<Record<string, string | number>> = { status: 'success', ...place, query: address }
  const wanted = query.get('fields')?.split(',')
  const names = Object.keys(all).filter((name) => wanted === undefined || wanted.includes(name))
  const values = names.map((name) => all[name]!)
  switch (form) {
    case 'json':
      return [
        'application/json; charset=utf-8',
        JSON.stringify(Object.fromEntries(names.map((name) => [name, all[name]]))),
      ]
    case 'line':
      return ['text/plain; charset=utf-8', values.map((value) => `${value}\n`).join('')]
    case 'csv':
      return ['text/csv; charset=utf-8', `${values.join(',')}\n`]
    default:
      return [
        'application/xml; charset=utf-8',
        `<?xml version="1.0" encoding="UTF-8"?>\n<query>\n${names.map((name) => `  <${name}>${all[name]}</${name}>\n`).join('')}</query>\n`,
      ]
  }
}

/** https://ipinfo.io/developers */
function ipInfo({ address, path, agent }: Asked): readonly [string, string] | undefined {
  const single: Readonly<Record<string, string>> = {
    '/ip': address,
    '/country': place.countryCode,
    '/city': place.city,
    '/org': place.as,
  }
  const one = single[path]
  if (one !== undefined) return ['text/html; charset=utf-8', `${one}\n`]
  if (path !== '/json' && !(path === '/' && isProgram(agent))) return undefined
  const told = {
    ip: address,
    city: place.city,
    region: place.regionName,
    country: place.countryCode,
    loc: `${place.lat},${place.lon}`,
    org: place.as,
    postal: place.zip,
    timezone: place.timezone,
    readme: 'https://ipinfo.io/missingauth',
  }
  return ['application/json; charset=utf-8', JSON.stringify(told, undefined, 2)]
}

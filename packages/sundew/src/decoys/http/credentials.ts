import { fieldOf } from '../../wire/http/head.ts'
import type { HttpRequest } from './request.ts'

/** What somebody wants to log in with. Bytes are one character (U+0000-U+00FF) each. */
export interface Credentials {
  readonly user: string
  readonly password: string
}

/** Names that login forms give their fields, most telling first. */
const userNames = [
  'log',
  'username',
  'user_login',
  'user_name',
  'user',
  'login',
  'loginname',
  'uname',
  'userid',
  'email',
  'account',
  'name',
  'admin',
]
const passwordNames = [
  'pwd',
  'password',
  'pass',
  'passwd',
  'user_pass',
  'psw',
  'pswd',
  'loginpassword',
  'secret',
]

/** Name and password of a Basic Authorization (RFC 7617); undefined where there is none. */
export function basicCredentials(request: HttpRequest): Credentials | undefined {
  const token = /^basic +([A-Za-z0-9+/_=-]+) *$/i.exec(fieldOf(request.head, 'authorization') ?? '')?.[1]
  if (token === undefined) return undefined
  const text = Buffer.from(token, 'base64').toString('latin1')
  const colon = text.indexOf(':')
  return colon < 0
    ? { user: text, password: '' }
    : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** A user name and a password among the fields of a form. */
export function formCredentials(fields: ReadonlyMap<string, string>): Credentials | undefined {
  const password = pick(fields, passwordNames)
  if (password === undefined) return undefined
  const user = pick(fields, userNames)
  return user === undefined ? undefined : { user, password }
}

function pick(fields: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  const lower = new Map([...fields].map(([name, value]) => [name.toLowerCase(), value]))
  for (const name of names) {
    const value = lower.get(name)
    if (value !== undefined) return value
  }
  return undefined
}

/** Attempts in one XML-RPC body that are recorded one by one, and calls that are looked at for them. */
const maxXmlRpc = 500
const maxCalls = 1_000
const callName = /(?:wp|metaWeblog|blogger|mt)\.\w+/g
/** A string, or a bare value. Linear: no two repeats side by side take the same characters. */
const stringValue = /<value>(?:\s*<string>([^<]*)<\/string>\s*|([^<]*))<\/value>/g

/** What WordPress's XML-RPC methods are called with: in a `system.multicall` hundreds of passwords at once. */
export function xmlRpcCredentials(body: string): Credentials[] {
  if (!/<methodCall>|<methodName>/.test(body)) return []
  const found: Credentials[] = []
  const calls = [...body.matchAll(callName).take(maxCalls + 1)]
  for (const [i, call] of calls.entries()) {
    if (i === maxCalls || found.length === maxXmlRpc) break
    const args = body.slice(call.index + call[0].length, calls[i + 1]?.index)
    const strings = [...args.matchAll(stringValue)].map(([, text, bare = '']) =>
      unescapeXml(text ?? bare.trim()),
    )
    // Those that begin with a blog id have it before the name.
    const words = strings.filter((text) => text.trim() !== '')
    const [user, password] = /^\d+$/.test(words[0] ?? '') && words.length > 2 ? words.slice(1) : words
    if (user !== undefined && password !== undefined) found.push({ user, password })
  }
  return found
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}

import { join } from 'node:path'
import { z } from 'zod'
import { families, prefixText } from './addresses.ts'
import type { Blocklist } from './blocklist.ts'
import { carriesKinds } from './kinds.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { inPieces, isTameName } from './text.ts'

interface PostfixConfig {
  readonly action: string
}

const header = '# What Sundew blocks. Written by it: changes here are lost.\n'

/**
 * Access maps (access(5)): `client.cidr` for `check_client_access cidr:…`, and `names` for `check_sender_access` and
 * `check_helo_access` as `texthash:…` (or `hash:…` after postmap). A domain is two keys, itself and `.itself` for what is
 * below, as Postfix looks them up where `parent_domain_matches_subdomains` does not name smtpd_access_maps; where it does, a
 * name covers what is below it in any case. Allowed names below one answer DUNNO.
 */
export const postfix: Publisher<PostfixConfig> = {
  target: 'postfix',
  summary: 'Access maps for Postfix: clients by address, names and senders.',
  config: z.strictObject({
    action: z
      .string()
      .regex(/^(REJECT|DEFER|HOLD|DISCARD|WARN|[45]\d\d)( [\x21-\x7e][\x20-\x7e]{0,200})?$/)
      .default('REJECT')
      .describe('What Postfix does: REJECT, DEFER, HOLD, DISCARD, WARN or a code, and text behind it.'),
  }),
  render: (list, config, host) => [
    { name: 'client.cidr', pieces: inPieces(clients(list, config)) },
    { name: 'names', pieces: inPieces(names(list, config, host)) },
  ],
  check: (folder) => [
    { ...question, args: ['-q', '192.0.2.1', `cidr:${join(folder, 'client.cidr')}`] },
    { ...question, args: ['-q', 'sundew.invalid', `texthash:${join(folder, 'names')}`] },
  ],
  carries: carriesKinds('address', 'domain', 'hostname', 'email'),
  entry: (line) =>
    /^[^#\s]+ (?!DUNNO$)/.test(line) && !line.startsWith('.') ? line.split(' ', 1)[0] : undefined,
}

/** Asked for what is not there; lines that it cannot read it complains of and goes on. */
const question = {
  command: 'postmap',
  good: [1],
  silent: true,
  unable: /open \/\S*main\.cf|fatal: .*(mail_owner|setgid_group|unknown user|myhostname)/,
} as const

function* clients(list: Blocklist, { action }: PostfixConfig): Generator<string> {
  yield header
  for (const family of families)
    for (const prefix of list.prefixes(family)) yield `${prefixText(prefix, family)} ${action}\n`
}

function* names(list: Blocklist, { action }: PostfixConfig, host: RenderHost): Generator<string> {
  yield header
  for (const { name, covers } of list.holes())
    if (isTameName(name)) yield `${name} DUNNO\n${covers === 'all' ? `.${name} DUNNO\n` : ''}`
  for (const { name, covers } of list.names()) {
    if (isTameName(name)) yield `${name} ${action}\n${covers === 'all' ? `.${name} ${action}\n` : ''}`
    else host.leaveOut('a name that is none')
  }
  const known = new Set<string>()
  for (const { value } of list.texts('email')) {
    // Keys are looked up in lower case, end at a space, and quotes mean something.
    const key = value.toLowerCase()
    if (!/^[a-z0-9!$%&'*+./=?^_{|}~-]+@[a-z0-9._-]+$/.test(key)) host.leaveOut('an address that is no key')
    else if (!known.has(key)) yield `${key} ${action}\n`
    known.add(key)
  }
}

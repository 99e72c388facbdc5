import { z } from 'zod'
import type { IndicatorType } from '../indicator/indicator.ts'
import type { AllowBookBuilder } from './book.ts'
import type { AllowAction } from './decision.ts'
import { addAllowed, type Allowed, readAllowed } from './reading.ts'
import type { AllowRule } from './rule.ts'
import { patternOf } from './text-rules.ts'
import { habitOf } from './warninglist-habits.ts'

/** Of one list. Patterns and parts of texts are tried one by one on every indicator of their types. */
export const warninglistLimits = { entries: 2_000_000, entry: 512, tried: 1_000, examples: 5 } as const

/** MISP/misp-warninglists `schema.json`; lists that have more keys are taken, too. */
const schema = z.object({
  name: z.string().max(500),
  description: z.string().max(5_000).default(''),
  type: z.enum(['cidr', 'hostname', 'string', 'substring', 'regex']),
  list: z.array(z.string()).max(warninglistLimits.entries),
  matching_attributes: z.array(z.string().max(100)).max(1_000).default([]),
})

/** How the reading of a list went. */
export interface ReadWarninglist {
  readonly name: string
  readonly action: AllowAction
  readonly entries: number
  readonly bad: number
  readonly examples: readonly string[]
}

/**
 * Puts a list of MISP's into the book.
 *
 * - `cidr`: addresses and prefixes
 * - `hostname`: a name and all below it
 * - `string`: what is listed, exactly; a dot before a name stands for all below it
 * - `substring`: a name is taken as a name and all below it: else whoever registers `virustotal.com.example` would be
 *   allowed by `virustotal.com`. Anything else is looked for in the text
 * - `regex`: by RE2
 *
 * `matching_attributes` say which kinds of indicators it bears on; all where there are none.
 *
 * @param id what the list's folder or file is called
 * @param action in the place of what is usual for the list
 * @returns undefined where it is no such list
 */
export function addWarninglist(
  builder: AllowBookBuilder,
  value: unknown,
  id: string,
  action?: AllowAction,
): ReadWarninglist | undefined {
  const parsed = schema.safeParse(value)
  if (!parsed.success) return undefined
  const { name, type, list, matching_attributes: attributes } = parsed.data
  const habit =
    action === undefined
      ? habitOf(id.toLowerCase(), name)
      : { ...habitOf(id.toLowerCase(), name), single: action, action }
  const types = typesOf(attributes)
  const rule: AllowRule = {
    action: habit.action,
    ...(habit.single !== undefined && { single: habit.single }),
    list: `warninglist/${id}`,
    // Whoever wrote the list chose it.
    reason: name.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, 200),
    scope: {
      names: types.has('domain') || types.has('hostname'),
      urls: types.has('url') && type !== 'string' && !habit.alone,
      emails: types.has('email') && type !== 'string',
    },
  }
  const covers = habit.alone || type === 'string' ? 'itself' : 'all'
  let entries = 0
  let tried = 0
  let bad = 0
  const examples: string[] = []
  const add = (entry: string): boolean => {
    if (entry.length > warninglistLimits.entry) return false
    if (type === 'regex') {
      const matches = patternOf(entry)
      if (!matches || tried++ >= warninglistLimits.tried) return false
      builder.pattern([...types], { entry, matches, rule })
      return true
    }
    const allowed = readAllowed(entry)
    if (type === 'substring' && !(allowed?.kind === 'range' || isDomain(allowed))) {
      const part = entry.trim().toLowerCase()
      if (part.length < 4 || tried++ >= warninglistLimits.tried) return false
      builder.pattern([...types], { entry: part, matches: (text) => text.toLowerCase().includes(part), rule })
      return true
    }
    if (!allowed) return false
    if (allowed.kind === 'range') return types.has('address') && addAllowed(builder, entry, rule)
    if (allowed.kind === 'text') {
      // Which of the kinds of 32 digits it is, the list says.
      for (const of of allowed.type === 'hash' ? (['hash', 'ja3'] as const) : [allowed.type])
        if (types.has(of)) builder.text(of, allowed.value, rule)
      return types.has(allowed.type) || (allowed.type === 'hash' && types.has('ja3'))
    }
    builder.name(allowed.name, allowed.dotted && !habit.alone ? 'all' : covers, rule)
    return true
  }
  // A list of phone numbers, say, bears on nothing here.
  for (const entry of types.size > 0 ? list : []) {
    if (add(entry)) entries++
    else {
      bad++
      if (examples.length < warninglistLimits.examples) examples.push(entry.slice(0, 80))
    }
  }
  return { name, action: rule.action, entries, bad, examples }
}

function isDomain(allowed: Allowed | undefined): boolean {
  return allowed?.kind === 'name' && allowed.name.includes('.')
}

/** MISP's attribute types (misp-core-format) and ours; what has two parts in one, as `domain|ip`, says nothing that others do not. */
const ours: readonly (readonly [RegExp, IndicatorType])[] = [
  [/^ip-(?:src|dst)(?:\|port)?$/, 'address'],
  [/^domain$/, 'domain'],
  [/^hostname(?:\|port)?$/, 'hostname'],
  [/^(?:url|uri|link)$/, 'url'],
  [/^(?:email(?:-.*)?|target-email|whois-registrant-email|dns-soa-email)$/, 'email'],
  [/^(?:filename\|)?(?:md5|sha\d+|imphash|pehash)$|^x509-fingerprint-/, 'hash'],
  [/^filename$/, 'file_name'],
  [/^ja3-fingerprint-md5$/, 'ja3'],
  [/^AS$/, 'as'],
  [/^vulnerability$/, 'cve'],
]

function typesOf(attributes: readonly string[]): ReadonlySet<IndicatorType> {
  const found = ours.filter(
    ([pattern]) => attributes.length === 0 || attributes.some((one) => pattern.test(one)),
  )
  return new Set(found.map(([, type]) => type))
}

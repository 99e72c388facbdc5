import { isRange4 } from '../../match/words.ts'
import { prefixText, prefixesOf } from './addresses.ts'
import type { Blocklist, Why } from './blocklist.ts'
import { asciiJson } from './entries.ts'
import { KeySet } from './keys.ts'
import { carriesKinds, hashKind, textTypes, type TextType } from './kinds.ts'
import { singleNames } from './names.ts'
import type { RenderHost } from './publisher.ts'
import { oneLine } from './text.ts'
import { uuid5 } from './uuid5.ts'

/** Of a title, link or source, characters. */
const fieldLength = 500

/** Kinds that have a pattern. JA3 and JA4 have none without an extension. */
export const carriedByStix = carriesKinds(
  'address',
  'domain',
  'hostname',
  'url',
  'email',
  'hash',
  'file_name',
  'as',
)

/** Who says so: an object that every bundle and collection begins with. */
export const identityId = `identity--${uuid5('identity Sundew')}`

/** The beginning of our days, for what has no time of its own. */
const epoch = '2026-11-01T00:00:00.000Z'

export const identity = asciiJson({
  type: 'identity',
  spec_version: '2.1',
  id: identityId,
  created: epoch,
  modified: epoch,
  name: 'Sundew',
  identity_class: 'system',
})

/** An indicator before it has an id and times. */
export interface Pattern {
  /** STIX pattern (STIX 2.1 §9) of one comparison. */
  readonly pattern: string
  /** The rest of the object as JSON: fields without braces, that follow its id and times. */
  readonly fields: string
}

/** Each indicator once; what is said of it is what its first entry says. */
export function* patterns(list: Blocklist, host: RenderHost): Generator<Pattern> {
  const told = new KeySet()
  for (const { comparison, value, why } of comparisons(list, host)) {
    const pattern = `[${comparison}]`
    if (told.add(pattern)) yield { pattern, fields: fields(pattern, value, why) }
  }
}

/** An indicator as a line of JSON. Its beginning has always this order, that it can be read by it. */
export function indicatorLine(
  id: string,
  {
    created,
    modified,
    revoked = false,
  }: { readonly created: string; readonly modified: string; readonly revoked?: boolean },
  fields: string,
): string {
  return `{"type":"indicator","spec_version":"2.1","id":"${id}","created":"${created}","modified":"${modified}","valid_from":"${created}",${revoked ? '"revoked":true,' : ''}${fields}}`
}

/** A line as {@link indicatorLine} wrote it, taken apart again. */
export interface ReadIndicator {
  readonly id: string
  readonly created: string
  readonly modified: string
  readonly revoked: boolean
  readonly fields: string
  readonly pattern: string
}

const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'
const form = new RegExp(
  `^\\{"type":"indicator","spec_version":"2\\.1","id":"(indicator--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})","created":"(${time})","modified":"(${time})","valid_from":"${time}",("revoked":true,)?(.*"pattern":("(?:[^"\\\\]|\\\\.)*"),"pattern_type":"stix".*)\\}$`,
)

/** @returns undefined where the line is none of ours */
export function readIndicator(line: string): ReadIndicator | undefined {
  const parts = form.exec(line)
  if (!parts) return undefined
  const [, id = '', created = '', modified = '', revoked, fields = '', pattern = ''] = parts
  try {
    JSON.parse(line)
    return {
      id,
      created,
      modified,
      revoked: revoked !== undefined,
      fields,
      pattern: String(JSON.parse(pattern)),
    }
  } catch {
    return undefined
  }
}

function fields(pattern: string, value: string, why: Why): string {
  const sources = why.sources.map((source) => oneLine(source, 64))
  const link = oneLine(why.link, fieldLength)
  const json = asciiJson({
    created_by_ref: identityId,
    name: oneLine(value, fieldLength),
    description: oneLine(`${sources.join(', ')}: ${why.title}`, fieldLength),
    indicator_types: ['malicious-activity'],
    confidence: why.confidence,
    ...(/^https?:\/\/[\x21-\x7e]+$/.test(link) && URL.canParse(link)
      ? { external_references: [{ source_name: sources[0] || 'sundew', url: new URL(link).href }] }
      : {}),
    pattern,
    pattern_type: 'stix',
    pattern_version: '2.1',
  })
  return json.slice(1, -1)
}

interface Comparison {
  readonly comparison: string
  readonly value: string
  readonly why: Why
}

function* comparisons(list: Blocklist, host: RenderHost): Generator<Comparison> {
  for (const { first, last, why } of list.addresses()) {
    const family = isRange4(first, last) ? 4 : 6
    for (const prefix of prefixesOf(first, last)) {
      const value = prefixText(prefix, family)
      const how = value.includes('/') ? 'ISSUBSET' : '='
      yield { comparison: `ipv${family}-addr:value ${how} '${value}'`, value, why }
    }
  }
  for (const { name, why } of singleNames(list, host))
    yield { comparison: `domain-name:value = '${name}'`, value: name, why }
  for (const type of textTypes)
    for (const { value, why } of list.texts(type)) {
      const left = leftSide(type, value)
      if (left !== undefined) yield { comparison: `${left[0]} = ${left[1]}`, value, why }
      else if (type === 'hash') host.leaveOut('a hash of another kind')
    }
}

/** What is compared, and with what. */
function leftSide(type: TextType, value: string): readonly [string, string] | undefined {
  const quoted = `'${value.toWellFormed().replace(/[\\']/g, '\\$&')}'`
  switch (type) {
    case 'url':
      return ['url:value', quoted]
    case 'email':
      return ['email-addr:value', quoted]
    case 'file_name':
      return ['file:name', quoted]
    case 'as':
      return /^AS\d+$/.test(value) ? ['autonomous-system:number', value.slice(2)] : undefined
    case 'hash': {
      const kind = hashKind(value)
      return kind && [`file:hashes.${hashNames[kind]}`, quoted]
    }
    case 'ja3':
    case 'ja4':
      return undefined
  }
}

const hashNames = {
  md5: 'MD5',
  sha1: "'SHA-1'",
  sha256: "'SHA-256'",
  sha384: "'SHA-384'",
  sha512: "'SHA-512'",
} as const

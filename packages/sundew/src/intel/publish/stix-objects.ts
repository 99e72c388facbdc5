import { isRange4 } from '../../match/words.ts'
import { prefixText, prefixesOf } from './addresses.ts'
import type { Blocklist, Why } from './blocklist.ts'
import { asciiJson } from './entries.ts'
import { KeySet } from './keys.ts'
import { carriesKinds, hashKind, textTypes, type TextType } from './kinds.ts'
import { singleNames } from './names.ts'
import { ofWhy } from './of-why.ts'
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
  /** STIX pattern (STIX 2.1 §9) of one comparison, as JSON. What it is known by. */
  readonly pattern: string
  /** As JSON. It follows from the pattern. */
  readonly name: string
  /** All else that is said of it: fields of JSON, without braces. */
  readonly said: string
}

/** Each indicator once; what is said of it is what its first entry says. */
export function* patterns(list: Blocklist, host: RenderHost): Generator<Pattern> {
  const told = new KeySet()
  const said = ofWhy(fields)
  for (const { comparison, value, why } of comparisons(list, host)) {
    const pattern = asciiJson(`[${comparison}]`)
    // A name is listed once; prefixes of ranges may meet again.
    if (comparison.startsWith('domain-name:') || told.add(pattern))
      yield { pattern, name: asciiJson(oneLine(value, fieldLength)), said: said(why) }
  }
}

interface Times {
  readonly created: string
  readonly modified: string
  readonly revoked?: boolean
}

/** An indicator as a line of JSON. Its fields have always this order, that it can be read by it. */
export function indicatorLine(id: string, { created, modified, revoked }: Times, its: Pattern): string {
  return `${beginning}${id}","created":"${created}","modified":"${modified}","valid_from":"${created}",${
    revoked === true ? revokedField : ''
  }${patternField}${its.pattern}${nameField}${its.name}${saidField}${its.said}}`
}

const beginning = '{"type":"indicator","spec_version":"2.1","id":"indicator--'
const revokedField = '"revoked":true,'
const patternField = '"pattern":'
const nameField = ',"pattern_type":"stix","pattern_version":"2.1","name":'
const saidField = `,"created_by_ref":"${identityId}",`
/** What `said` ends in. */
const ending = '"indicator_types":["malicious-activity"]'

/** A line as {@link indicatorLine} wrote it, taken apart again. */
export interface ReadIndicator extends Pattern {
  readonly id: string
  readonly created: string
  readonly modified: string
  readonly revoked: boolean
}

/** Where id and times are, in characters. */
const places = { id: beginning.length, created: 36 + 13, modified: 24 + 14, validFrom: 24 + 16, rest: 24 + 2 }

/** @returns undefined where the line is none of ours */
export function readIndicator(line: string): ReadIndicator | undefined {
  if (!line.startsWith(beginning) || !line.endsWith(`${ending}}`) || !/^[\x20-\x7e]*$/.test(line))
    return undefined
  let at = places.id
  const id = line.slice(at, at + 36)
  at += places.created
  const created = line.slice(at, at + 24)
  at += places.modified
  const modified = line.slice(at, at + 24)
  at += places.validFrom + places.rest
  const revoked = line.startsWith(revokedField, at)
  if (revoked) at += revokedField.length
  if (!line.startsWith(patternField, at)) return undefined
  const from = at + patternField.length
  // In a string of JSON every quote has a backslash before it: the first without is its end.
  const nameAt = line.indexOf(`"${nameField}"`, from)
  const saidAt = line.indexOf(`"${saidField}`, nameAt)
  if (nameAt < 0 || saidAt < 0 || !uuidForm.test(id) || !isTime(created) || !isTime(modified))
    return undefined
  return {
    id,
    created,
    modified,
    revoked,
    pattern: line.slice(from, nameAt + 1),
    name: line.slice(nameAt + 1 + nameField.length, saidAt + 1),
    said: line.slice(saidAt + 1 + saidField.length, -1),
  }
}

/** The pattern as it is written where no JSON is around it. */
export function patternOf({ pattern }: Pattern): string {
  return String(JSON.parse(pattern))
}

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Most lines have the time of the one before. */
let lastTime = ''

function isTime(text: string): boolean {
  if (text === lastTime) return true
  const its = isTimeForm(text)
  if (its) lastTime = text
  return its
}

function isTimeForm(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text))
}

function fields(why: Why): string {
  const sources = why.sources.map((source) => oneLine(source, 64))
  const link = oneLine(why.link, fieldLength)
  return asciiJson({
    description: oneLine(`${sources.join(', ')}: ${why.title}`, fieldLength),
    confidence: why.confidence,
    ...(/^https?:\/\/[\x21-\x7e]+$/.test(link) && URL.canParse(link)
      ? { external_references: [{ source_name: sources[0] || 'sundew', url: new URL(link).href }] }
      : {}),
    indicator_types: ['malicious-activity'],
  }).slice(1, -1)
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

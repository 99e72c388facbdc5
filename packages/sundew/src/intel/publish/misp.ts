import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isRange4 } from '../../match/words.ts'
import { prefixText, prefixesOf } from './addresses.ts'
import type { Blocklist, Why } from './blocklist.ts'
import { asciiJson } from './entries.ts'
import { KeySet, linesOf } from './keys.ts'
import { carriesKinds, hashKind, textTypes, type TextType } from './kinds.ts'
import { singleNames } from './names.ts'
import { ofWhy } from './of-why.ts'
import type { Publisher, RenderedFile, RenderHost } from './publisher.ts'
import { oneLine } from './text.ts'
import { uuid5 } from './uuid5.ts'

interface MispConfig {
  readonly organisation: string
  readonly most: number
}

/** Attributes of one event, on an average: events of more are divided. */
const eventSize = 5_000
/** Of a comment, characters. */
const commentLength = 300

/**
 * A feed as MISP pulls it: `manifest.json`, `hashes.csv`, and an event for each source, divided where it is large, by what its
 * values hash to, so that a new value changes one event. An event's time is when it last changed.
 */
export const misp: Publisher<MispConfig> = {
  target: 'misp',
  summary: 'A MISP feed: manifest, hashes and events.',
  config: z.strictObject({
    organisation: z.string().min(1).max(100).default('Sundew').describe('Who the events are by.'),
    most: z
      .int()
      .min(1)
      .max(2_000_000)
      .default(200_000)
      .describe('Attributes it may have: MISP takes long for many.'),
  }),
  render,
  carries: carriesKinds('address', 'domain', 'hostname', 'url', 'email', 'hash', 'ja3', 'file_name', 'as'),
  entry: (line, file) =>
    file.endsWith('.json') && file !== 'manifest.json'
      ? /^\{"uuid":"[^"]*","type":"[^"]*","category":"[^"]*","value":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1]
      : undefined,
}

interface Attribute {
  readonly uuid: string
  readonly type: string
  readonly category: string
  readonly value: string
  readonly comment: string
}

interface Event {
  readonly uuid: string
  readonly source: string
  readonly part: string
  readonly attributes: Attribute[]
}

function* render(list: Blocklist, config: MispConfig, host: RenderHost): Generator<RenderedFile> {
  const now = Math.floor(list.made / 1_000)
  const orgc = { name: config.organisation, uuid: uuid5(`organisation ${config.organisation}`) }
  const manifest: Record<string, unknown> = {}
  const hashes: string[] = []
  for (const event of events(list, config, host)) {
    const name = `${event.uuid}.json`
    const former = formerTimes([...linesOf(host.former(name), 1 << 20)])
    const lines = event.attributes.map((attribute) => attributeLine(attribute, former, now))
    const body = lines.join(',\n')
    const timestamp = former.body === hashOf(body) && former.event !== undefined ? former.event : now
    const about = {
      info: `Sundew: ${event.source}${event.part}`,
      date: new Date(timestamp * 1_000).toISOString().slice(0, 10),
      threat_level_id: '4',
      analysis: '2',
      timestamp: String(timestamp),
      Orgc: orgc,
    }
    const head = asciiJson({
      uuid: event.uuid,
      ...about,
      published: true,
      publish_timestamp: String(timestamp),
    })
    // An object a line, that what changes is a line.
    yield { name, pieces: [`{"Event":${head.slice(0, -1)},"Attribute":[\n`, body, '\n]}}\n'] }
    manifest[event.uuid] = { ...about, Tag: [] }
    for (const { value } of event.attributes)
      hashes.push(`${createHash('md5').update(value).digest('hex')},${event.uuid}\n`)
  }
  yield { name: 'hashes.csv', pieces: [hashes.join('')] }
  yield { name: 'manifest.json', pieces: [`${asciiJson(manifest)}\n`] }
}

/** Sources in the order of their names, their values in the order of the list. */
function events(list: Blocklist, { most }: MispConfig, host: RenderHost): Event[] {
  const bySource = new Map<string, Attribute[]>()
  const commentOf = ofWhy(comment)
  let count = 0
  for (const { type, category, value, why } of values(list, host)) {
    if (count++ >= most) {
      host.leaveOut('more than `most`')
      continue
    }
    const source = oneLine(why.sources[0] ?? '', 64) || 'sundew'
    const attributes = bySource.get(source) ?? []
    if (attributes.length === 0) bySource.set(source, attributes)
    const uuid = uuid5(`attribute ${source} ${type} ${value}`)
    attributes.push({ uuid, type, category, value, comment: commentOf(why) })
  }
  return [...bySource.keys()].toSorted().flatMap((source) => divided(source, bySource.get(source)!))
}

/** In parts of a power of four, by the beginning of each attribute's UUID. */
function divided(source: string, attributes: readonly Attribute[]): Event[] {
  let parts = 1
  while (attributes.length / parts > eventSize) parts *= 4
  const events = Array.from({ length: parts }, (_, part) => ({
    uuid: uuid5(`event ${source} ${part} of ${parts}`),
    source,
    part: parts === 1 ? '' : ` (${part + 1} of ${parts})`,
    attributes: [] as Attribute[],
  }))
  for (const attribute of attributes)
    events[parseInt(attribute.uuid.slice(0, 8), 16) % parts]!.attributes.push(attribute)
  return events.filter((event) => event.attributes.length > 0)
}

function attributeLine(
  { uuid, type, category, value, comment: said }: Attribute,
  former: Times,
  now: number,
): string {
  const [head, tail] = [
    asciiJson({ uuid, type, category, value, to_ids: true, comment: said }),
    former.attributes,
  ]
  const before = tail.get(uuid)
  const timestamp = before?.head === hashOf(head) ? before.timestamp : now
  return `${head.slice(0, -1)},"disable_correlation":false,"timestamp":"${timestamp}"}`
}

/** What the former event says of times: its own, its attributes', and a hash of what they belong to. */
interface Times {
  readonly event: number | undefined
  readonly body: string
  readonly attributes: ReadonlyMap<string, { readonly head: string; readonly timestamp: number }>
}

function formerTimes(lines: readonly string[]): Times {
  const event = /^\{"Event":\{"uuid":.*"timestamp":"(\d{1,12})"/.exec(lines[0] ?? '')?.[1]
  const attributes = new Map<string, { readonly head: string; readonly timestamp: number }>()
  const body = lines.slice(1, -1)
  for (const line of body) {
    const parts =
      /^(\{"uuid":"([0-9a-f-]{36})".*),"disable_correlation":false,"timestamp":"(\d{1,12})"\},?$/.exec(line)
    if (parts) attributes.set(parts[2]!, { head: hashOf(`${parts[1]!}}`), timestamp: Number(parts[3]) })
  }
  return { event: event === undefined ? undefined : Number(event), body: hashOf(body.join('\n')), attributes }
}

function hashOf(text: string): string {
  return createHash('sha1').update(text).digest('base64')
}

function comment({ sources, title, link }: Why): string {
  return oneLine(
    [sources.length > 1 ? sources.join(', ') : '', title, link].filter((one) => one !== '').join(' - '),
    commentLength,
  )
}

interface Value {
  readonly type: string
  readonly category: string
  readonly value: string
  readonly why: Why
}

function* values(list: Blocklist, host: RenderHost): Generator<Value> {
  const told = new KeySet()
  for (const { first, last, why } of list.addresses())
    for (const prefix of prefixesOf(first, last)) {
      const value = prefixText(prefix, isRange4(first, last) ? 4 : 6)
      if (told.add(value)) yield { type: 'ip-dst', category: network, value, why }
    }
  for (const { name, covers, why } of singleNames(list, host))
    yield { type: covers === 'all' ? 'domain' : 'hostname', category: network, value: name, why }
  for (const kind of textTypes)
    for (const { value, why } of list.texts(kind)) {
      const as = mispType(kind, value)
      if (as) yield { type: as[0], category: as[1], value: value.toWellFormed(), why }
      else if (kind !== 'ja4') host.leaveOut('a value that MISP has no type for')
    }
}

const network = 'Network activity'
const payload = 'Payload delivery'

/** Type and category. */
function mispType(kind: TextType, value: string): readonly [string, string] | undefined {
  switch (kind) {
    case 'url':
      return ['url', network]
    case 'email':
      return ['email-src', payload]
    case 'file_name':
      return ['filename', payload]
    case 'as':
      return ['AS', network]
    case 'ja3':
      return ['ja3-fingerprint-md5', network]
    case 'ja4':
      return undefined
    case 'hash': {
      const hash = hashKind(value)
      return hash && [hash, payload]
    }
  }
}

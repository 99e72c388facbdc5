import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ByteString } from '../../../src/event/bytes.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { keyValueLine } from '../../../src/outputs/alert/key-value.ts'
import { anyEvent, eventOf, matchOf } from '../events.ts'

const folder = join(import.meta.dirname, '..', '..', '..', 'assets', 'wazuh')
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

/** The elements of one name in a text of XML, with their attributes; rejects what is not closed as it was opened. */
function elements(xml: string, wanted: string): { attributes: string; inside: string }[] {
  const open: { name: string; from: number; attributes: string }[] = []
  const found: { attributes: string; inside: string }[] = []
  for (const tag of xml
    .replace(/<!--[^]*?-->/g, (comment) => ' '.repeat(comment.length))
    .matchAll(/<(\/?)([a-z_]+)((?: [a-z]+="[^"<]*")*) ?(\/?)>/g)) {
    const [text, end, name = '', attributes = '', empty] = tag
    if (end === '') {
      if (empty === '') open.push({ name, from: tag.index + text.length, attributes })
      continue
    }
    const last = open.pop()
    assert.equal(last?.name, name, `</${name}> closes <${last?.name}>`)
    if (name === wanted)
      found.push({ attributes: last!.attributes, inside: xml.slice(last!.from, tag.index) })
  }
  assert.deepEqual(open, [])
  return found
}

const inside = (xml: string, name: string) => elements(xml, name)[0]?.inside

/** A pattern of OS_Regex, as far as these decoders use it: `\.` is any character, `.` a dot, and the least is taken. */
function pattern(text: string): RegExp {
  const classes: Readonly<Record<string, string>> = {
    '\\.': '[^]',
    '\\w': '[\\w@-]',
    '\\S': '\\S',
    '\\d': '\\d',
  }
  return new RegExp(
    text.replace(/\\.|[.]|[*+]/g, (part) => classes[part] ?? (part === '.' ? '\\.' : `${part}?`)),
  )
}

interface Decoder {
  readonly name: string
  readonly prematch: RegExp
  readonly regex: RegExp
  readonly order: readonly string[]
}

const decoders = elements(read('sundew_decoders.xml'), 'decoder')
  .filter(({ inside: text }) => text.includes('<parent>'))
  .map(({ attributes, inside: text }): Decoder => ({
    name: /name="([^"]+)"/.exec(attributes)![1]!,
    prematch: pattern(inside(text, 'prematch') ?? ''),
    regex: pattern(inside(text, 'regex')!),
    order: inside(text, 'order')!.split(', '),
  }))

/** What the first decoder that fits makes of a line. */
function decoded(line: string): { by: string; fields: Record<string, string> } | undefined {
  for (const { name, prematch, regex, order } of decoders) {
    const begins = prematch.exec(line)
    if (!begins) continue
    const found = regex.exec(line.slice(begins.index + begins[0].length))
    if (found) return { by: name, fields: Object.fromEntries(order.map((key, i) => [key, found[i + 1]!])) }
  }
  return undefined
}

const line = (event: SundewEvent) => keyValueLine(event, 4096)

describe('the decoders and rules for OSSEC and Wazuh', () => {
  test('take a match apart', () => {
    assert.deepEqual(decoded(line(matchOf({ indicator: '192.0.2.1 - 192.0.2.9' }))), {
      by: 'sundew-match',
      fields: {
        status: 'high',
        srcip: '10.0.0.5',
        srcport: '51514',
        dstip: '203.0.113.7',
        dstport: '443',
        protocol: 'tcp',
        id: '192.0.2.1 - 192.0.2.9',
        extra_data: 'botnet',
        action: 'outbound',
      },
    })
  })

  test('take an alert apart, and whatever else comes', () => {
    const alert = eventOf('alert.raised', { code: 'SUNDEW_X', message: 'a "b" c' })
    assert.deepEqual(decoded(line(alert)), {
      by: 'sundew-alert',
      fields: { status: 'medium', id: 'SUNDEW_X', extra_data: 'a \\x22b\\x22 c' },
    })
    const command = 'x" kind="intel.match" severity="high' as ByteString
    assert.deepEqual(decoded(line(eventOf('command.run', { command }))), {
      by: 'sundew-event',
      fields: {
        action: 'command.run',
        status: 'low',
        srcip: '192.0.2.7',
        srcport: '4711',
        dstip: '198.51.100.9',
        dstport: '2222',
      },
    })
  })

  test('decode every event by its own kind and severity, whatever an intruder sent', () => {
    fc.assert(
      fc.property(fc.oneof(anyEvent, fc.constant(matchOf())), (event) => {
        const found = decoded(line(event))
        // An empty code or a list without a name: no event of ours has them.
        if (found?.by === 'sundew-event') assert.equal(found.fields['action'], event.kind)
        else assert.equal(found?.by, event.kind === 'intel.match' ? 'sundew-match' : 'sundew-alert')
      }),
    )
  })

  test('have a rule for each severity, that nothing but its own line can set off', () => {
    const rules = elements(read('sundew_rules.xml'), 'rule').map(({ attributes, inside: text }) => ({
      id: /id="(\d+)"/.exec(attributes)![1]!,
      match: inside(text, 'match'),
    }))
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length)
    const fires = (event: SundewEvent) =>
      rules
        .filter(({ match }) => match !== undefined && line(event).includes(match))
        .map(({ id }) => id)
        .sort()
    assert.deepEqual(fires(matchOf({ severity: 'low' })), ['117001', '117010'])
    assert.deepEqual(fires(matchOf({ severity: 'medium' })), ['117001', '117011'])
    assert.deepEqual(fires(matchOf({ severity: 'high' })), ['117001', '117012'])
    assert.deepEqual(fires(matchOf({ summary: true })), ['117001', '117012', '117013'])
    const forged = eventOf('alert.raised', {
      code: 'SUNDEW_X',
      message: 'kind="intel.match" severity="high"',
    })
    assert.deepEqual(fires(forged), ['117001', '117020'])
  })
})

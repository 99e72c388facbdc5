import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suricata } from '../../../src/intel/publish/suricata.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { entryLines, rendered } from './rendered.ts'

conforms(suricata, {
  configs: [{}, { sid_from: 1_000_000, score: 1 }],
  redundant: true,
  read(files, { score, sid_from: from }) {
    const lines = (name: string) => entryLines(files.get(name))
    const decoded = (name: string) => lines(name).map((line) => Buffer.from(line, 'base64').toString())
    const rules = [...lines('sundew.rules'), ...lines('reputation.rules')].map(parseRule)
    const sids = rules.map(({ sid }) => Number(sid))
    assert.equal(new Set(sids).size, sids.length)
    assert.ok(sids.every((sid) => sid >= from && sid < from + 1_100_000))
    const covering = rules.flatMap(({ options }) =>
      options.includes('"; nocase; endswith') ? [/content:"\.([a-z0-9_.-]+)"/.exec(options)![1]!] : [],
    )
    const urls = rules.flatMap(({ options }) => {
      const parts =
        /http\.host; content:"([^"]*)"; startswith; endswith; http\.uri\.raw; content:"([^"]*)"; startswith/.exec(
          options,
        )
      return parts ? [`url http://${plain(parts[1]!)}${plain(parts[2]!)}`] : []
    })
    return {
      addresses: lines('reputation.list').map((line) => {
        const [address = '', category, points] = line.split(',')
        assert.deepEqual([category, points], ['1', String(score)])
        return address
      }),
      names: decoded('names.lst'),
      covering: [...new Set(covering)],
      texts: [
        ...urls,
        ...decoded('ja3.lst').map((value) => `ja3 ${value}`),
        ...['md5', 'sha1', 'sha256'].flatMap((kind) => lines(`${kind}.lst`).map((value) => `hash ${value}`)),
      ],
    }
  },
  leaves: (_, text) => /^url (?!http:)|^url .{250}|^hash ([0-9a-f]{96}|[0-9a-f]{128})$/.test(text),
  written: (text) => text.replace(/^(url http:\/\/[^/]*?):8080(?=\/)/, '$1'),
})

/** A rule as Suricata takes it apart: options end at semicolons outside of quotes, and none may be left over. */
function parseRule(line: string): { readonly options: string; readonly sid: string } {
  const parts = /^alert (?:ip|dns|tls|http) any any -> any any \((.*)\)$/.exec(line)
  assert.ok(parts, line)
  const options = parts[1]!
  const whole = /^(?:[a-z0-9_.]+(?::(?:"[^"\\;]*"|[^"\\;]*))?; ?)+$/
  assert.match(options, whole)
  for (const [, quoted] of options.matchAll(/msg:"([^"]*)"/g))
    assert.match(quoted!, /^[A-Za-z0-9 .,/_+=@()-]*$/)
  const sid = /sid:(\d+); rev:1;$/.exec(options)?.[1]
  assert.ok(sid !== undefined, line)
  return { options, sid }
}

/** `|3b|` is `;`. */
function plain(content: string): string {
  return content.replace(/\|([0-9a-f]{2})\|/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

test('below a domain there is a rule for queries, TLS and HTTP, that keeps its number from list to list', () => {
  const rules = (domains: string[]) =>
    entryLines(
      rendered(
        suricata,
        fakeBlocklist({ domains, allowedHosts: ['ok.part.example'] }),
        suricata.config.parse({}),
      ).files.get('sundew.rules'),
    ).filter((line) => line.includes('below'))
  const [dns, tls, http, ...more] = rules(['bad.example', 'part.example'])
  assert.match(
    dns!,
    /^alert dns any any -> any any \(msg:"SUNDEW below bad\.example - test A pulse"; dns\.query; content:"\.bad\.example"; nocase; endswith; reference:url,otx\.alienvault\.com\/pulse\/1; sid:\d+; rev:1;\)$/,
  )
  assert.match(tls!, /tls\.sni/)
  assert.match(http!, /http\.host/)
  assert.deepEqual(more, [])
  assert.deepEqual(rules(['a.example', 'bad.example', 'z.example']).slice(3, 6), [dns, tls, http])
})

test('domains over the number of rules are matched by name alone', () => {
  const list = fakeBlocklist({ domains: ['a.example', 'b.example', 'c.example'] })
  const { files, leftOut } = rendered(suricata, list, suricata.config.parse({ rules_at_most: 1 }))
  assert.equal(entryLines(files.get('names.lst')).length, 3)
  assert.deepEqual(leftOut, { 'what is below a domain, over rules_at_most': 2 })
})

test('URLs that differ by their port alone are one rule: it says host and path', () => {
  const texts = ['http://a.example/x', 'http://a.example:8080/x', 'http://a.example:81/y'].map((value) => ({
    type: 'url' as const,
    value,
  }))
  const { files } = rendered(suricata, fakeBlocklist({ texts }), suricata.config.parse({}))
  const urls = entryLines(files.get('sundew.rules')).filter((line) => line.includes('SUNDEW URL'))
  assert.equal(urls.length, 2)
})

import { flatAbout, readJson, withoutPort } from '../files/json.ts'
import { isObject, text } from '../files/pulse.ts'
import type { Reading, Taker } from '../files/taker.ts'
import { typeNamed } from '../files/type-names.ts'
import { abuseConfig, keyHeader, readTable } from './abuse-ch.ts'
import { type Body, webList } from './web-list.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * abuse.ch ThreatFox: addresses, names, URLs and sums of malware, with malware's name and the publisher's confidence; the
 * table (CSV) of the last 48 hours, or by another address its JSON. Hosts that are victims themselves are only matched. CC0; wants
 * a key of one's own, free of charge (auth.abuse.ch). Made anew every five minutes.
 */
export const threatfox = webList({
  type: 'threatfox',
  summary: 'abuse.ch ThreatFox: addresses, names, URLs and sums of malware',
  config: abuseConfig('https://threatfox-api.abuse.ch/v2/files/exports/{key}/recent.csv'),
  habits: { everyMinutes: 60, leastMinutes: 5, weight: 75, ceiling: 'block' },
  keyHeader,
  read: (body, sample, taker) =>
    /^\uFEFF?\s*[[{]/.test(sample) ? readObjects(body, taker) : readRecords(body, sample, taker),
})

function readRecords(body: Body, sample: string, taker: Taker): Reading {
  return readTable(body, sample, taker, {
    needs: ['ioc_value', 'ioc_type', 'is_compromised'],
    columns: {
      indicator: 'ioc_value',
      type: 'ioc_type',
      title: 'threat_type',
      malware: 'malware_printable',
      tags: 'tags',
      link: 'reference',
      first: 'first_seen_utc',
      last: 'last_seen_utc',
      confidence: 'confidence_level',
    },
    look: (cell, row) => ({
      ...row,
      indicator: withoutPort(row.indicator, cell('ioctype')),
      about: isTrue(cell('iscompromised')) ? { ...row.about, compromised: true } : row.about,
    }),
  })
}

/** Objects a line or in an array, as the API has them; or lists of them by their numbers, as the export has them. */
function readObjects(body: Body, taker: Taker): Reading {
  return readJson(body.pieces(), taker, (object, at) => {
    if (take(object, at, taker)) return true
    const lists = Object.values(object)
    if (lists.length === 0 || !lists.every(Array.isArray)) return false
    for (const list of lists as unknown[][])
      for (const one of list)
        if (!isObject(one) || !take(one, at, taker))
          taker.bad(`object ${at}`, JSON.stringify(one).slice(0, 200))
    return true
  })
}

function take(object: Json, at: number, taker: Taker): boolean {
  const indicator = text(object['ioc']) || text(object['ioc_value'])
  const told = text(object['ioc_type'])
  if (indicator === '' || told === '') return false
  const type = typeNamed(told)
  if (type === undefined || type === 'other') {
    taker.leaveOut('type')
    return true
  }
  const about = flatAbout(object)
  const compromised = isTrue(object['is_compromised'])
  taker.take(withoutPort(indicator, told), compromised ? { ...about, compromised } : about, type, at)
  return true
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === 'True' || value === 'true' || value === '1'
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import PostalMime from 'postal-mime'
import { severityOf } from '../../src/core/severity.ts'
import { digestMail } from '../../src/outputs/mail/digest.ts'
import { eventOf } from '../outputs/events.ts'

function scan(pattern: string, sources: readonly string[]) {
  const fields = {
    scan: '01a20ada-2c00-715d-8542-919a7e8927e0',
    pattern,
    sources,
    source_count: sources.length,
    ports: ['22'],
    port_count: 1,
    targets: 1,
    probes: 100,
    first_seen: '2026-11-25T01:00:00.000Z',
    last_seen: '2026-11-25T01:08:48.000Z',
    evidence: 'so many of them',
  }
  return eventOf('scan.detected', fields)
}

test('one source that scans worries less than many in step, or a port that everybody wants', () => {
  const severities = ['slow', 'fast', 'sweep', 'synchronised', 'rising'].map((pattern) =>
    severityOf(scan(pattern, ['192.0.2.7'])),
  )
  assert.deepEqual(severities, ['low', 'low', 'low', 'medium', 'medium'])
})

test('a warning by mail says which scan it was, by whom, and what shows it', async () => {
  const subjectOf = async (event: ReturnType<typeof scan>) => {
    const about = { from: 'a@b', to: ['c@d'], subject: 's', hello: 'h', date: new Date(0) }
    return (await PostalMime.parse(digestMail([event], about))).subject
  }
  assert.equal(await subjectOf(scan('slow', ['192.0.2.7'])), 's low: slow scan of 192.0.2.7: so many of them')
  assert.equal(
    await subjectOf(scan('synchronised', ['192.0.2.7', '192.0.2.8'])),
    's medium: synchronised scan of 2 sources: so many of them',
  )
})

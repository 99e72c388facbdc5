import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { explain } from '../../core/log.ts'
import { ownOfSections } from '../../intel/allow/own.ts'
import { doubtRules } from '../../intel/doubt/rules.ts'
import type { Attacker } from '../../intel/feeds/feed.ts'
import { feeds } from '../../intel/feeds/index.ts'
import { publishers } from '../../intel/publish/index.ts'
import type { Fetched, FetchRequest } from '../fetch/feed-fetch.ts'
import { basisOf } from './basis.ts'
import { Calls } from './calls.ts'
import { doubtMaker } from './doubt-maker.ts'
import { type EngineHost, IntelEngine } from './engine.ts'
import type { Told } from './intelligence.ts'
import { openBook } from './open-book.ts'
import { publicationsOf } from './publications.ts'
import type { Published } from './publishing-contract.ts'
import { PublishingRunner } from './publishing.ts'
import type { IntelSettings } from './settings.ts'
import { feedHosts, sourcesOf } from './sources.ts'

/** The thread that has the book: what `intelligence.ts` starts. */
if (!parentPort) throw new TypeError('it is started by intelligence.ts')
const port = parentPort
const settings = workerData as IntelSettings
const stop = new AbortController()
const tell = (told: Told) => port.postMessage(told)
const info = (message: string) => tell({ told: 'info', message })
const host: EngineHost = {
  set: (message) => tell({ told: 'set', message }),
  event: (kind, fields) => tell({ told: 'event', kind, fields: fields as never }),
  trouble: (code, message) => tell({ told: 'trouble', code, message }),
  info,
}

const { folder, version, files, networks, core, allow, warninglists, doubt, publish, pollMs } = settings
const sources = sourcesOf(files, settings.feeds, feeds)
await using publishing = await PublishingRunner.open({
  sections: publicationsOf(publish, publishers),
  folder,
  version,
  log: { info, warn: info, error: (message, cause) => info(`${message}: ${explain(cause)}`) },
  trouble: (code, message, cause) =>
    host.trouble(code, cause === undefined ? message : `${message}: ${explain(cause)}`),
  told: tellPublished,
})
using book = openBook(join(folder, 'book.db'), host.trouble)
const engine = new IntelEngine({
  folder,
  book,
  sources,
  doubt: doubtMaker({
    core: { ...core, networks, feedHosts: feedHosts(sources) },
    allow: ownOfSections(allow),
    warninglists,
    rules: doubtRules(doubt),
  }),
  basis: basisOf(settings, sources),
  fetch:
    ({ name }) =>
    (request: FetchRequest) =>
      calls.call<Fetched>('fetch', name, request),
  attackers: (since) => calls.call<readonly Attacker[]>('attackers', since),
  host,
  publishing,
  ...(pollMs !== undefined && { pollMs }),
})

const calls = new Calls(port, {
  why: engine.why.bind(engine),
  search: engine.search.bind(engine),
  stats: engine.stats.bind(engine),
  sources: engine.sources.bind(engine),
  pull: engine.pull.bind(engine),
  add: engine.add.bind(engine),
  remove: engine.remove.bind(engine),
  allow: engine.allow.bind(engine),
  disallow: engine.disallow.bind(engine),
  publish: engine.publish.bind(engine),
  note: engine.note.bind(engine),
})

port.on('message', (message: unknown) => {
  if (message === 'stop') stop.abort()
  else calls.hear(message)
})
await engine.run(stop.signal)
port.close()

function tellPublished(published: Published): void {
  const { publication, target, path, outcome, entries, added, removed, examples, checked, trouble } =
    published
  host.event('intel.published', {
    publication,
    target,
    path,
    outcome,
    set_version: published.version,
    entries,
    added,
    removed,
    examples: [...examples],
    left_out: Object.entries(published.leftOut).map(([reason, count]) => `${reason} ${count}`),
    checked,
    ...(trouble !== '' && { trouble }),
    duration_ms: published.ms,
  })
}

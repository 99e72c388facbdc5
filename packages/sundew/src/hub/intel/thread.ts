import { parentPort, workerData } from 'node:worker_threads'
import type { Attacker } from '../../intel/feeds/feed.ts'
import { feeds } from '../../intel/feeds/index.ts'
import { ownOfSections } from '../../intel/allow/own.ts'
import { doubtRules } from '../../intel/doubt/rules.ts'
import type { Fetched, FetchRequest } from '../fetch/feed-fetch.ts'
import { Calls } from './calls.ts'
import { doubtMaker } from './doubt-maker.ts'
import { IntelEngine } from './engine.ts'
import type { IntelSettings } from './settings.ts'
import { feedHosts, sourcesOf } from './sources.ts'

/** The thread that has the book: what `intelligence.ts` starts. */
if (!parentPort) throw new TypeError('it is started by intelligence.ts')
const port = parentPort
const settings = workerData as IntelSettings
const stop = new AbortController()
const { folder, files, networks, core, allow, warninglists, doubt } = settings
const sources = sourcesOf(files, settings.feeds, feeds)

const engine = new IntelEngine({
  folder,
  sources,
  doubt: doubtMaker({
    core: { ...core, networks, feedHosts: feedHosts(sources) },
    allow: ownOfSections(allow),
    warninglists,
    rules: doubtRules(doubt),
  }),
  basis: JSON.stringify([networks, core, allow, doubt]),
  fetch:
    ({ name }) =>
    (request: FetchRequest) =>
      calls.call<Fetched>('fetch', name, request),
  attackers: (since) => calls.call<readonly Attacker[]>('attackers', since),
  host: {
    set: (message) => port.postMessage({ told: 'set', message }),
    event: (kind, fields) => port.postMessage({ told: 'event', kind, fields }),
    trouble: (code, message) => port.postMessage({ told: 'trouble', code, message }),
    info: (message) => port.postMessage({ told: 'info', message }),
  },
  ...(settings.pollMs !== undefined && { pollMs: settings.pollMs }),
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
  secondLook: engine.secondLook.bind(engine),
})

port.on('message', (message: unknown) => {
  if (message === 'stop') stop.abort()
  else calls.hear(message)
})
await engine.run(stop.signal)
port.close()

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Decoy, DecoyHost } from '../../core/decoy.ts'
import { certificates } from '../certificates.ts'
import { httpConfig, type HttpConfig } from './settings.ts'
import { Connection } from './connection.ts'
import { Documents } from './documents.ts'
import type { Incoming } from './incoming.ts'
import { Logins } from './logins.ts'
import { personas } from './personas.ts'
import type { World } from './world.ts'

const mebibyte = 1024 * 1024
const dayMs = 86_400_000
/** How often deadlines are looked at, milliseconds. */
const tickMs = 250

/** A web server that takes whatever is brought and gives out nothing that matters. */
export const http: Decoy<HttpConfig> = {
  name: 'http',
  summary: 'Web server: pages and logins to try, samples to fetch, uploads kept.',
  ports: [
    { port: 8080, as: 80, tls: false },
    { port: 8443, as: 443, tls: true },
  ],
  limits: {
    connections: 4_000,
    connectionsPerSource: 500,
    ratePerSource: 6_000,
    // Apache's Timeout: a slow download sends nothing either.
    idleMs: 300_000,
    totalMs: 3_600_000,
  },
  config: httpConfig,

  async start(config, host) {
    const persona = personas[config.persona]
    const modified = await setUpAt(host)
    const waiting = new Set<Incoming>()
    const world: World = {
      persona,
      personaName: config.persona,
      site: await persona.site(modified),
      documents: await Documents.load(config, modified),
      logins: new Logins(config.login),
      hostname: host.hostname,
      acceptsUploads: config.uploads === 'accept',
      keptBytes: Math.floor(config.body_kept_mb * mebibyte),
      readBytes: Math.floor(Math.max(config.body_read_mb, config.body_kept_mb) * mebibyte),
      waiting,
    }
    const timer = setInterval(() => {
      const now = performance.now()
      for (const incoming of waiting) incoming.tick(now)
    }, tickMs)
    return {
      tls: await certificates({
        stateFolder: host.stateFolder,
        hostname: host.hostname,
        alpn: ['http/1.1'],
        ...persona.certificate,
        answerPlainText: (bytes) => persona.front.plainText(bytes, { hostname: host.hostname, port: 443 }),
      }),
      serve: (session) => new Connection(session, world).run(),
      // A full web server leaves the connection in its queue; ours ends it.
      refuse: () => {},
      stop: async () => clearInterval(timer),
    }
  },
}

/** When the machine pretends to have been set up: a day of the past year, the same after every restart. */
async function setUpAt(host: DecoyHost): Promise<Date> {
  const file = join(host.stateFolder, 'set-up')
  const kept = new Date(await readFile(file, 'utf8').catch(() => ''))
  if (!Number.isNaN(kept.getTime())) return kept
  const seconds = Math.floor((Date.now() - (30 + Math.random() * 330) * dayMs) / 1000)
  const made = new Date(seconds * 1000)
  await writeFile(file, made.toISOString())
  return made
}

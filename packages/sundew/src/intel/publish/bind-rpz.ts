import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { allowBody, blockBody } from './bind-rpz/body.ts'
import { changesFile, readChangesHead } from './bind-rpz/changes-file.ts'
import { type Continued, continued } from './bind-rpz/continued.ts'
import {
  changesFileOf,
  policyConf,
  policyConfText,
  zoneFile,
  zonesConf,
  zonesConfText,
} from './bind-rpz/named-conf.ts'
import { rpzSettings, type RpzSettings } from './bind-rpz/settings.ts'
import { entryOf } from './bind-rpz/records.ts'
import { spliced } from './bind-rpz/splice.ts'
import type { Blocklist } from './blocklist.ts'
import type { Check, Publisher, RenderedFile, RenderHost } from './publisher.ts'

/**
 * Response policy zones (draft-vixie-dnsop-dns-rpz) for BIND: what is allowed, then what is blocked, each with a file of its last changes,
 * and what named.conf includes.
 */
export const bindRpz: Publisher<RpzSettings> = {
  target: 'bind-rpz',
  summary: 'Response policy zones for BIND and other name servers that know them.',
  config: rpzSettings,
  render,
  check,
  carries: ({ type }, { triggers }) =>
    type === 'address'
      ? triggers.includes('address') || triggers.includes('nsip')
      : (type === 'domain' || type === 'hostname') &&
        (triggers.includes('name') || triggers.includes('nsdname')),
  entry: (line, file) => (file.endsWith('.zone') ? entryOf(line) : undefined),
}

function* render(list: Blocklist, settings: RpzSettings, host: RenderHost): Generator<RenderedFile> {
  const leaveOut = host.leaveOut.bind(host)
  yield* zoneFiles(settings.allow_zone, allowBody(list, settings, leaveOut), undefined, list, settings, host)
  for (const [at, { name }] of settings.zones.entries()) {
    const body = blockBody(list, settings, at, leaveOut)
    const kept = host.kept?.(zoneFile(name))
    yield* zoneFiles(name, body, spliced(list, settings, at, kept, leaveOut), list, settings, host)
  }
  const folder = host.folder ?? '/etc/bind/sundew'
  yield { name: zonesConf, pieces: zonesConfText(settings, folder) }
  yield { name: policyConf, pieces: policyConfText(settings, folder) }
}

/** A zone, and then what it has changed; made of the former one where that was found to be possible. */
function* zoneFiles(
  zone: string,
  body: Iterable<string>,
  ofFormer: ReturnType<typeof spliced>,
  { made }: Blocklist,
  { ttl }: RpzSettings,
  host: RenderHost,
): Generator<RenderedFile> {
  let came: Continued | undefined
  yield {
    name: zoneFile(zone),
    pieces: (function* () {
      came = ofFormer
        ? yield* ofFormer
        : yield* continued(body, () => host.former(zoneFile(zone)), { zone, ttl, madeMs: made })
    })(),
  }
  yield {
    name: changesFileOf(zone),
    pieces: (function* () {
      if (!came) throw new Error(`the changes of ${zone} are known when it has been written`)
      const former = came.how === 'unchanged' ? host.former(changesFileOf(zone)) : undefined
      if (former) for (const bytes of former) yield Buffer.from(bytes).toString()
      else yield* changesFile(zone, ttl, came)
    })(),
  }
}

/**
 * Of a zone that continues one, which was looked at when it was written, only the added records are looked at: that is as good, as they
 * stand for themselves, and a million names take BIND's tool eight seconds.
 */
function check(folder: string, settings: RpzSettings): readonly Check[] {
  return [settings.allow_zone, ...settings.zones.map(({ name }) => name)].map((zone) => {
    const changes = join(folder, changesFileOf(zone))
    const file =
      readChangesHead(firstLine(changes))?.from === undefined ? join(folder, zoneFile(zone)) : changes
    return {
      command: 'named-checkzone',
      args: ['-q', '-i', 'none', '-k', 'ignore', '-n', 'ignore', zone, file],
    }
  })
}

/** The first line of a file, or '' where it cannot be read. */
function firstLine(path: string): string {
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(512)
      const read = readSync(file, bytes)
      return bytes.toString('utf8', 0, read).split('\n', 1)[0]!
    } finally {
      closeSync(file)
    }
  } catch {
    return ''
  }
}

import { z } from 'zod'
import { type Feed, FeedError } from '../feed.ts'
import { isObject } from '../json-fields.ts'
import { keyOf, keyShape } from '../key.ts'
import { isId, StixNames } from './names.ts'
import { takeObjects } from './objects.ts'

/** Of a bundle, unpacked: JSON of this size may take twenty times as much when it is read. */
const mostBytes = 32 * 1024 * 1024

const section = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('Where the bundle is.'),
  ...keyShape('a key, where the server wants one'),
  key_header: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/)
    .default('Authorization')
    .describe('The header that the key is sent in.'),
  link: z.url().optional().describe('A page about the source, told with each match.'),
})

type BundleConfig = z.output<typeof section>

/** A STIX 2.1 (or 2.0) bundle at an address: its indicators are all that the source has. */
export const stix: Feed<BundleConfig> = {
  type: 'stix',
  summary: 'A STIX 2.1 bundle',
  config: section,
  habits: { everyMinutes: 60, leastMinutes: 15, weight: 60, ceiling: 'block' },
  urls: ({ url }) => [url],
  async pull(config, host) {
    const key = keyOf(config)
    const answer = await host.fetch({
      url: config.url,
      headers: {
        accept: 'application/stix+json;version=2.1, application/json',
        ...(key !== undefined && { [config.key_header.toLowerCase()]: key }),
      },
      mostBytes,
    })
    if (answer.status === 'unchanged') return
    const { intake } = host
    intake.snapshot()
    takeObjects(objectsIn(answer.text()), {
      intake,
      names: new StixNames(),
      known: new Map(),
      now: host.now(),
      link: config.link ?? '',
    })
    intake.commit()
  },
}

/** @throws FeedError `form` where none of them is of STIX */
function objectsIn(text: string): readonly unknown[] {
  const objects = listIn(text)
  const isStix = (one: unknown) =>
    isObject(one) && typeof one['type'] === 'string' && isId(one['id'], one['type'])
  if (!objects || (objects.length > 0 && !objects.some(isStix)))
    throw new FeedError('form', 'it is no STIX bundle')
  return objects
}

/** Of a bundle, or a list of objects. */
function listIn(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const list = isObject(value) ? value['objects'] : value
    return Array.isArray(list) ? list : undefined
  } catch {
    return undefined
  }
}

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Destination } from '../../src/core/egress.ts'
import { eventKinds } from '../../src/event/catalogue.ts'
import { egressTo } from '../../src/hub/egress.ts'
import { outputs } from '../../src/outputs/index.ts'
import type { OpenOutput, Output, OutputHost } from '../../src/outputs/output.ts'
import { anyEvent } from './events.ts'

export interface OutputCase<C> {
  /** What makes it work in this folder, for one whose defaults need a peer that is not there. */
  readonly working?: (folder: string) => Promise<AsyncDisposable & { readonly config: Partial<C> }>
  /** A configuration that cannot work in this folder. */
  readonly broken: (folder: string) => Promise<Partial<C>>
}

/** What an output is lent in tests. */
export function outputHost(
  folder: string,
  {
    told = [],
    printed = [],
    destinations = [],
  }: { told?: string[]; printed?: string[]; destinations?: readonly Destination[] } = {},
): OutputHost {
  return {
    folder,
    trouble: (message) => told.push(message),
    egress: egressTo(destinations),
    print: async (text) => {
      printed.push(text)
    },
    version: '0.0.0',
  }
}

/** What the hub relies on; every output's test calls it. */
export function conforms<C>(output: Output<C>, { broken, working }: OutputCase<C>): void {
  const opened = async (given: Partial<C>, folder: string, told: string[] = []): Promise<OpenOutput> => {
    const config = await output.config.parseAsync(given)
    return output.open(
      config,
      outputHost(folder, { told, destinations: output.destinations?.(config) ?? [] }),
    )
  }

  describe(`the output ${output.name}`, () => {
    test('is in the list, with a name that a key can have and a sentence', () => {
      assert.ok(outputs.some(({ name }) => name === output.name))
      assert.match(output.name, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/)
      assert.match(output.summary, /^\S.*\.$/)
    })

    test('has a default for every setting', () => {
      assert.ok(output.config.safeParse({}).success)
    })

    test('wants some kind of event, and answers for each', () => {
      const wanted = eventKinds.map((kind) => output.wants(kind))
      assert.ok(wanted.includes(true))
      assert.ok(wanted.every((one) => typeof one === 'boolean'))
    })

    test('takes whatever the catalogue allows, wanted or not, of whatever service, and again', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sundew-output-'))
      const told: string[] = []
      try {
        await using peer = await working?.(folder)
        const open = await opened(peer?.config ?? {}, folder, told)
        await fc.assert(
          fc.asyncProperty(fc.array(anyEvent, { maxLength: 20 }), async (events) => {
            await open.send(events)
            await open.send(events)
          }),
        )
        await open.send([])
        open.close?.()
        assert.deepEqual(told, [])
      } finally {
        await rm(folder, { recursive: true })
      }
    })

    test('opens without touching anything, and rejects what it cannot put where it belongs', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sundew-output-'))
      try {
        const open = await opened(await broken(folder), folder)
        const events = fc.sample(anyEvent, { numRuns: 300, seed: 1 })
        await assert.rejects(open.send(events))
        open.close?.()
      } finally {
        await rm(folder, { recursive: true })
      }
    })
  })
}

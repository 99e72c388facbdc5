import { z } from 'zod'
import type { Attacker, Feed } from '../feed.ts'
import { type AttackKind, attackKindNames, attackKinds } from './kinds.ts'

const dayMs = 24 * 3_600_000

/** What nobody does by mistake: who only connects, or asks for a page, may be counting the Internet. */
const usualKinds: readonly AttackKind[] = [
  'login.attempt',
  'command.run',
  'file.captured',
  'file.download_requested',
  'tunnel.open',
  'mail.probe',
]

const section = z.strictObject({
  kinds: z
    .array(z.enum(attackKindNames))
    .min(1)
    .default([...usualKinds])
    .describe('What counts as an attack: kinds of events (docs/events.md).'),
  least_events: z.int().min(1).max(1_000_000).default(3).describe('From so many of these on.'),
  days: z
    .number()
    .min(0.1)
    .max(365)
    .default(30)
    .describe('Days that an attacker is listed after the last of them.'),
})

type DecoysConfig = z.output<typeof section>

/**
 * Whoever attacked our own decoys, with what they did as the note: no opinion of others, but what was seen here. Each stays
 * until some days after the last time.
 */
export const decoys: Feed<DecoysConfig> = {
  type: 'decoys',
  summary: 'Whoever attacked your own decoys',
  config: section,
  habits: { everyMinutes: 15, leastMinutes: 1, weight: 80, ceiling: 'block', mayBeEmpty: true },
  urls: () => [],
  async pull({ kinds, least_events, days }, host) {
    const { intake } = host
    const lastsMs = days * dayMs
    const attackers = await host.attackers(host.now() - lastsMs)
    // All of them anew: no snapshot, as their number may well double or fall to nothing.
    intake.report({ id: '', title: 'Attacked our decoys' })
    for (const attacker of attackers) {
      const counts = kinds.map((kind) => [kind, attacker.events[kind] ?? 0] as const)
      if (counts.reduce((sum, [, count]) => sum + count, 0) < least_events) continue
      intake.take(attacker.ip, aboutOf(attacker, counts, lastsMs), 'address')
    }
    intake.commit()
  },
}

function aboutOf(
  { first, last, session }: Attacker,
  counts: readonly (readonly [AttackKind, number])[],
  lastsMs: number,
) {
  const did = counts
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${attackKinds[kind][count === 1 ? 0 : 1]}`)
  return {
    title: did.join(', '),
    first,
    last,
    expires: last + lastsMs,
    ...(session !== '' && { tags: [`session:${session}`] }),
  }
}

import { Hono } from 'hono'
import { askFirewall, type FirewallSources } from '../../firewall/ask.ts'
import { firewallQuestion } from '../../firewall/question.ts'
import { Answering } from '../answering.ts'
import type { Guarded } from '../auth/guard.ts'
import { jsonBody, limitBody } from '../body.ts'

const maxBodyBytes = 256 * 1024
/** Questions at once, and how long a reader may take: a feed reads as slowly as what it tells is drawn. */
const maxQuestions = 4
const maxReadMs = 24 * 3_600_000

/** What firewalls' logs told, line by line. */
export function firewallRoutes(sources: FirewallSources): Hono<Guarded> {
  const app = new Hono<Guarded>()
  const answering = new Answering(maxQuestions, maxReadMs)
  app.post('/firewall/rows', limitBody(maxBodyBytes), async (c) => {
    const question = await jsonBody(c, firewallQuestion)
    return answering.lines(c, 'firewall', (signal) => askFirewall(sources, question, signal))
  })
  return app
}

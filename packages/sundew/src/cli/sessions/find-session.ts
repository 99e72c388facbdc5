import { maxLimit, mostSessionEvents, type EventRow, type SessionRow } from '../../hub/api/contract.ts'
import type { Hub } from '../client.ts'
import { usage } from '../failure.ts'

/** The session of this id, or of an id that begins so. @throws Failure where there is none, or more than one */
export function findSession(hub: Hub, id: string): Promise<SessionRow> {
  const wanted = id.toLowerCase()
  if (!/^[0-9a-f-]{8,36}$/.test(wanted)) {
    throw usage(
      `${id} is no session's id. Give the first 8 digits at least, as "sundew sessions list" tells them.`,
    )
  }
  return hub.json<SessionRow>(`/sessions/${wanted}`)
}

/** Its events, oldest first. */
export async function* sessionEvents(hub: Hub, session: SessionRow, kind?: string): AsyncGenerator<EventRow> {
  for (let offset = 0; offset <= mostSessionEvents; offset += maxLimit) {
    const page = await hub.json<EventRow[]>(`/sessions/${session.id}/events`, {
      query: { kind, offset, limit: maxLimit },
    })
    yield* page
    if (page.length < maxLimit) return
  }
}

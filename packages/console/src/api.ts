import { createSignal } from 'solid-js'
import { apiPrefix, type ApiErrorBody, type EventRow } from '../../sundew/src/hub/api/contract.ts'
import { withQuery, type LiveFilter } from './route.ts'

/** An answer that says no, or none at all (`status` 0). */
export class ApiFailure extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const [loggedIn, setLoggedIn] = createSignal<boolean>()
/** Undefined until it is known. */
export { loggedIn }

async function ask(path: string, init?: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(apiPrefix + path, init)
  } catch {
    throw new ApiFailure(0, 'SUNDEW_PAGE_OFFLINE', 'Sundew does not answer. Is it running?')
  }
  if (response.ok) return response
  const body = (await response.json().catch(() => undefined)) as ApiErrorBody | undefined
  if (response.status === 401 && path !== '/login') setLoggedIn(false)
  throw new ApiFailure(response.status, body?.error.code ?? '', body?.error.message ?? response.statusText)
}

export async function get<T>(path: string): Promise<T> {
  return (await (await ask(path)).json()) as T
}

/** Asks whether the cookie still opens a session. */
export async function checkSession(): Promise<void> {
  setLoggedIn((await get<{ loggedIn: boolean }>('/session')).loggedIn)
}

const json = { 'Content-Type': 'application/json' }

export async function logIn(password: string): Promise<void> {
  await ask('/login', { method: 'POST', headers: json, body: JSON.stringify({ password }) })
  setLoggedIn(true)
}

export async function logOut(): Promise<void> {
  await ask('/login', { method: 'DELETE', headers: json })
  setLoggedIn(false)
}

/** The events that come in from now on, until the returned function is called. */
export function watch(
  filter: Partial<LiveFilter>,
  on: {
    events(rows: readonly EventRow[]): void
    leftOut?(count: number): void
    state?(connected: boolean): void
  },
): () => void {
  const source = new EventSource(withQuery(`${apiPrefix}/live`, { ...filter }))
  source.addEventListener('message', ({ data }) => on.events(JSON.parse(String(data)) as EventRow[]))
  source.addEventListener('left-out', ({ data }) =>
    on.leftOut?.((JSON.parse(String(data)) as { count: number }).count),
  )
  source.addEventListener('open', () => on.state?.(true))
  source.addEventListener('error', () => {
    on.state?.(false)
    // The browser tries again by itself, except where it was refused.
    if (source.readyState === EventSource.CLOSED) checkSession().catch(() => {})
  })
  return () => source.close()
}

import { createSignal } from 'solid-js'
import { parseRoute, type Route } from './route.ts'

const [url, setUrl] = createSignal(current())
addEventListener('popstate', () => setUrl(current()))

function current(): string {
  return location.pathname + location.search
}

/** Where the page is; every view is an address that can be kept and shared. */
export function route(): Route {
  return parseRoute(url())
}

export function navigate(to: string, { replace = false } = {}): void {
  if (to === current()) return
  if (replace) history.replaceState(null, '', to)
  else {
    history.pushState(null, '', to)
    scrollTo(0, 0)
  }
  setUrl(to)
}

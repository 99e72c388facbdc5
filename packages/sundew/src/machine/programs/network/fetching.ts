import type { Call } from '../common/contracts.ts'
import { fetchPolicy } from './policy.ts'
import type { ParsedUrl } from './url.ts'
import { verdict, type Verdict } from './verdict.ts'

/** How a fetch goes. */
export interface Fetch {
  readonly how: Verdict
  /** Set where something is handed over. */
  readonly bytes: Uint8Array | undefined
}

/** Decides how fetching a URL goes and says that it was asked for. */
export function fetchOf(call: Call, url: ParsedUrl, tool: string, path: string): Fetch {
  const bytes = fetchPolicy.standIn(url.text)
  const how = verdict(call.machine, url.host, url.port, bytes !== undefined)
  call.happened({
    type: 'download',
    url: url.text,
    tool,
    path,
    outcome: bytes !== undefined ? 'stand-in' : how.type === 'refused' ? 'refused' : 'failed',
  })
  return { how, bytes }
}

/** A server's page for what is not there, as nginx has it. */
export const notFoundPage =
  '<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n'

/** `2026-11-25 13:42:17` */
export function stamp(ms: number): string {
  const iso = new Date(ms).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`
}

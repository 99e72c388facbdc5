const hexDigits = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i
const hostName =
  /^(?=.{4,253}$)(?:[a-z0-9_*](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\.?$/i

/** What an indicator that is no address is, for counting; undefined where it looks like none. */
export function kindOf(text: string): string | undefined {
  if (text.length > 4096) return undefined
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return 'url'
  if (hexDigits.test(text)) return 'hash'
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return 'email'
  if (/^CVE-\d{4}-\d+$/i.test(text)) return 'cve'
  if (/^AS\d{1,10}$/i.test(text)) return 'as'
  const host = text.replace(/\[\.\]/g, '.')
  if (hostName.test(host)) return 'domain'
  return undefined
}

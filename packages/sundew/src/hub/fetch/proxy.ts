import type { Proxy } from '../../core/egress.ts'

/** What a section says of proxies: the address of one, those of the environment, or none. */
export type ProxyChoice = string | undefined

/** The proxy that a source is fetched through: its own choice, else the one for all. */
export function proxyFor(
  own: ProxyChoice,
  forAll: ProxyChoice,
  environment: Readonly<Record<string, string | undefined>>,
): Proxy | undefined {
  const choice = own ?? forAll
  if (choice === undefined || choice === 'none') return undefined
  if (choice !== 'environment') return { http: choice, https: choice }
  // The spelling in small letters comes first, as with other programs.
  const said = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined
  return { http: said('HTTP_PROXY'), https: said('HTTPS_PROXY'), except: said('NO_PROXY') }
}

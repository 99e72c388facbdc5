import type { IntelSettings } from './settings.ts'
import { feedHosts, type Source } from './sources.ts'

/**
 * Everything of the configuration that decides what is allowed and what an indicator comes to: where it is other than it was, the sets that
 * there are were decided on by something else, and are made anew. The version stands for the lists that come with Sundew.
 */
export function basisOf(
  { version, networks, core, allow, warninglists, doubt }: IntelSettings,
  sources: readonly Source[],
): string {
  return JSON.stringify([version, networks, core, feedHosts(sources), allow, warninglists, doubt])
}

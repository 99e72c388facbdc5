import { mostCharacters, plainName } from './bind-rpz/owners.ts'
import type { Blocklist, Hole, ListedName } from './blocklist.ts'
import type { RenderHost } from './publisher.ts'

/**
 * Names for targets that know both "and all below it" and "except": what lies under a name that covers all is not told.
 *
 * Names that are no host names are left out. (All names are walked, as a list that leaves some out itself has to ask of each whether
 * something below it is allowed, which is not of interest here.)
 */
export function* outermostNames(list: Blocklist, host: RenderHost): Generator<ListedName> {
  let over = ''
  for (const listed of list.names(true)) {
    const { name, covers } = listed
    if (over !== '' && name.endsWith(over)) continue
    if (!isHostName(name)) {
      host.leaveOut('a name that is none')
      continue
    }
    if (covers === 'all') over = `.${name}`
    yield listed
  }
}

/** Exceptions, without those that lie under one that covers all. */
export function* outermostHoles(list: Blocklist, host: RenderHost): Generator<Hole> {
  let over = ''
  for (const hole of list.holes()) {
    const { name, covers } = hole
    if (over !== '' && name.endsWith(over)) continue
    if (!isHostName(name)) {
      host.leaveOut('an allowed name that is none')
      continue
    }
    if (covers === 'all') over = `.${name}`
    yield hole
  }
}

function isHostName(name: string): boolean {
  return name.length <= mostCharacters && plainName.test(name)
}

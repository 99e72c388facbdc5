import type { Blocklist, ListedName } from './blocklist.ts'
import type { RenderHost } from './publisher.ts'
import { isTameName } from './text.ts'

/** A name, and whether all below it is written with it. */
export interface Covering extends ListedName {
  readonly below: boolean
}

/**
 * Names for targets that can say "and all below it", but not "except": where an allowed name lies below one, that one is
 * written alone, and so are the listed names below it. A name below one that is written with all below it is not told.
 */
export function* coverings(list: Blocklist, host: RenderHost): Generator<Covering> {
  let above = ''
  for (const listed of list.names(true)) {
    const { name, covers } = listed
    if (above !== '' && name.endsWith(above)) continue
    if (!isTameName(name)) {
      host.leaveOut('a name that is none')
      continue
    }
    const below = covers === 'all' && list.wildcard(name)
    if (below) above = `.${name}`
    else if (covers === 'all') host.leaveOut('what is below a name of which some is allowed')
    yield { name: listed.name, covers: listed.covers, why: listed.why, below }
  }
}

/** Names for targets that know single names only. */
export function* singleNames(list: Blocklist, host: RenderHost): Generator<ListedName> {
  for (const listed of list.names(true)) {
    if (isTameName(listed.name)) yield listed
    else host.leaveOut('a name that is none')
  }
}

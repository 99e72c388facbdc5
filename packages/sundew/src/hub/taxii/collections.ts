import { publishedPath } from '../intel/publishing.ts'
import type { PublicationSection } from '../intel/publishing-contract.ts'
import type { CollectionSource } from './collection.ts'

/** What of `intel.publish` is a collection of the TAXII server. @param folder `intel` in the data directory */
export function collectionsOf(
  sections: readonly Pick<PublicationSection, 'name' | 'target' | 'path'>[],
  folder: string,
): CollectionSource[] {
  return sections
    .filter(({ target }) => target === 'taxii')
    .map(({ name, path }) => ({ name, path: publishedPath(folder, path) }))
}

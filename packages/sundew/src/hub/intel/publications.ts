import type { Publisher } from '../../intel/publish/publisher.ts'
import type { PublicationSection } from './publishing-contract.ts'
import type { PublishSection } from './settings.ts'

const commonKeys: ReadonlySet<string> = new Set(['target', 'name', 'path', 'every_seconds', 'after', 'guard'])

/**
 * The sections of `intel.publish` with what is each target's own apart. Of two with the same name the later is called
 * `name-2` and so on.
 *
 * @throws TypeError for a target that there is not
 */
export function publicationsOf(
  sections: readonly PublishSection[],
  publishers: readonly Publisher<never>[],
): PublicationSection[] {
  const taken = new Set<string>()
  return sections.map((section) => {
    const { target, path, every_seconds, after, guard } = section
    const publisher = publishers.find((one) => one.target === target)
    if (!publisher) throw new TypeError(`intel.publish: there is no target ${target}`)
    const wanted = section.name ?? target
    let name = wanted
    for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`
    taken.add(name)
    const own = Object.fromEntries(Object.entries(section).filter(([key]) => !commonKeys.has(key)))
    return { name, target, path, every_seconds, after, guard, settings: publisher.config.parse(own) }
  })
}

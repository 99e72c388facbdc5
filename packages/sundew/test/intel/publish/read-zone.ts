import type { ReadBack } from './conformance.ts'

/** What policy zones say: one that blocks, and one of what is allowed. */
export function readZone(block: string, allow: string): Required<Omit<ReadBack, 'texts'>> {
  const owners = ownersOf(block)
  const names = owners.filter((owner) => !owner.endsWith('.rpz-ip') && !owner.startsWith('*.'))
  return {
    addresses: owners
      .filter((owner) => owner.endsWith('.rpz-ip'))
      .map((owner) => prefixOf(owner.slice(0, -7))),
    // A garden of two addresses is two records.
    names: [...new Set(names)],
    covering: owners.filter((owner) => owner.startsWith('*.')).map((owner) => owner.slice(2)),
    holes: ownersOf(allow).filter((owner) => !owner.startsWith('*.')),
  }
}

function ownersOf(zone: string): string[] {
  return zone
    .split('\n')
    .slice(4)
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => line.split(' ')[0]!)
}

/** The prefix that an owner without its last label stands for. */
function prefixOf(owner: string): string {
  const [length, ...parts] = owner.split('.')
  if (!owner.includes('zz') && parts.length === 4) return `${parts.toReversed().join('.')}/${length}`
  const address = parts
    .toReversed()
    .map((part) => (part === 'zz' ? '' : part))
    .join(':')
  return `${address.replace(/^:|^$/, '::').replace(/:$/, '::').replace(/:{3,}/, '::')}/${length}`
}

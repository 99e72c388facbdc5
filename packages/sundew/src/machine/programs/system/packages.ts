import type { Call } from '../../program.ts'

export interface Package {
  readonly name: string
  readonly version: string
  readonly architecture: string
  readonly summary: string
}

/** Packages that are read of the status file. */
export const maxPackages = 5000

export function installed(call: Call): Package[] {
  let text = ''
  try {
    text = Buffer.from(call.machine.files.read('/var/lib/dpkg/status')).toString('latin1')
  } catch {
    return []
  }
  return text.split('\n\n', maxPackages).flatMap((block) => {
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
    if (!field('Status').endsWith(' installed')) return []
    return [
      {
        name: field('Package'),
        version: field('Version'),
        architecture: field('Architecture'),
        summary: field('Description'),
      },
    ]
  })
}

export function read(call: Call): Uint8Array {
  try {
    return call.machine.files.read('/var/lib/dpkg/status')
  } catch {
    return new Uint8Array(0)
  }
}

/** `*` is all that is understood of globs, without an expression made of it. */
export function matches(name: string, glob: string): boolean {
  const parts = glob.split('*', 20)
  if (parts.length === 1) return name === glob
  let at = 0
  for (const [index, part] of parts.entries()) {
    const found = index === 0 ? (name.startsWith(part) ? 0 : -1) : name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return parts.at(-1) === '' || name.endsWith(parts.at(-1)!)
}

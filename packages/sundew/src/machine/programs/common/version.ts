import type { Tool } from './tool.ts'

const releases = {
  coreutils: 'GNU coreutils) 9.1',
  findutils: 'GNU findutils) 4.9.0',
  diffutils: 'GNU diffutils) 3.8',
} as const

const years: Record<keyof typeof releases, number> = { coreutils: 2022, findutils: 2022, diffutils: 2021 }

/** `ls (GNU coreutils) 9.1`, the licence and the writers. */
export function versionOf(t: Tool, parcel: keyof typeof releases, writers: string): number {
  t.put(versionText(t.call.name, parcel, writers))
  return 0
}

export function versionText(name: string, parcel: keyof typeof releases, writers: string): string {
  return `${name} (${releases[parcel]}\nCopyright (C) ${years[parcel]} Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\nThis is free software: you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n\nWritten by ${writers}.\n`
}

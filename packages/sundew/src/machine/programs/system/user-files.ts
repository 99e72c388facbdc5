import { groups } from '../../files/accounts.ts'
import type { Call } from '../../program.ts'
import { editLine } from './passwords.ts'

/** As shadow wants names, without `--badname`. */
export const goodName = /^[a-z_][a-z0-9_-]{0,30}\$?$/

/** Users that are made on one machine. */
export const maxUsers = 500

/** For others than root, in shadow's words. */
export async function denied(call: Call, file: string): Promise<number> {
  await call.stderr.write(
    `${call.name}: Permission denied.\n${call.name}: cannot lock ${file}; try again later.\n`,
  )
  return file === '/etc/group' && call.name.startsWith('group') ? 10 : 1
}

/** A colon or a newline would make another field of it. */
export function clean(text: string): string {
  return text.replace(/[:\n]/g, '').slice(0, 256)
}

export function freeNumber(taken: readonly number[], system: boolean): number {
  const set = new Set(taken)
  if (system) {
    for (let number = 999; number >= 100; number--) if (!set.has(number)) return number
  }
  return Math.max(999, ...taken.filter((number) => number >= 1000 && number < 60_000)) + 1
}

export function append(call: Call, path: string, line: string, mode = 0o644): void {
  call.files.append(path, Buffer.from(line, 'latin1'), mode)
}

export function join(call: Call, group: string, user: string, leave = false): void {
  for (const path of ['/etc/group', '/etc/gshadow']) {
    const name =
      groups(call.files).find((one) => one.name === group || String(one.gid) === group)?.name ?? group
    editLine(call, path, name, (fields) => {
      const members = (fields[3] ?? '').split(',').filter((one) => one !== '' && one !== user)
      fields[3] = (leave ? members : [...members, user]).join(',')
      return fields
    })
  }
}

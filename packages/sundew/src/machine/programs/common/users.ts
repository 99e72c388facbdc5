import type { FileSystem } from '../../files/file-system.ts'
import { latin1 } from './lines.ts'

/** Names and numbers as /etc/passwd and /etc/group have them. */
export class Users {
  readonly #users: Map<string, string>
  readonly #groups: Map<string, string>
  readonly #userIds: Map<string, number>
  readonly #groupIds: Map<string, number>
  readonly #primary: Map<string, number>

  constructor(files: FileSystem) {
    const users = table(files, '/etc/passwd')
    const groups = table(files, '/etc/group')
    this.#users = new Map(users.toReversed().map((row) => [row[2] ?? '', row[0]!]))
    this.#groups = new Map(groups.toReversed().map((row) => [row[2] ?? '', row[0]!]))
    this.#userIds = new Map(users.map((row) => [row[0]!, Number(row[2])]))
    this.#primary = new Map(users.map((row) => [row[0]!, Number(row[3])]))
    this.#groupIds = new Map(groups.map((row) => [row[0]!, Number(row[2])]))
  }

  user(uid: number): string {
    return this.#users.get(String(uid)) ?? String(uid)
  }

  group(gid: number): string {
    return this.#groups.get(String(gid)) ?? String(gid)
  }

  knows(kind: 'user' | 'group', id: number): boolean {
    return (kind === 'user' ? this.#users : this.#groups).has(String(id))
  }

  userId(name: string): number | undefined {
    return this.#userIds.get(name) ?? number(name)
  }

  groupId(name: string): number | undefined {
    return this.#groupIds.get(name) ?? number(name)
  }

  primaryGroup(name: string): number | undefined {
    return this.#primary.get(name)
  }
}

function number(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1 ? Number(text) : undefined
}

function table(files: FileSystem, path: string): string[][] {
  try {
    return latin1(files.read(path))
      .slice(0, 1 << 20)
      .split('\n')
      .filter((line) => line.includes(':'))
      .map((line) => line.split(':'))
  } catch {
    return []
  }
}

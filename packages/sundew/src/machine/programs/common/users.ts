import { accounts, groups } from '../../files/accounts.ts'
import type { FileSystem } from '../../files/file-system.ts'

/** Names and numbers as /etc/passwd and /etc/group have them. */
export class Users {
  readonly #users: Map<number, string>
  readonly #groups: Map<number, string>
  readonly #userIds: Map<string, number>
  readonly #groupIds: Map<string, number>
  readonly #primary: Map<string, number>

  constructor(files: FileSystem) {
    // Of several with one number or name the first counts.
    const users = accounts(files).toReversed()
    const all = groups(files).toReversed()
    this.#users = new Map(users.map((one) => [one.uid, one.name]))
    this.#groups = new Map(all.map((one) => [one.gid, one.name]))
    this.#userIds = new Map(users.map((one) => [one.name, one.uid]))
    this.#primary = new Map(users.map((one) => [one.name, one.gid]))
    this.#groupIds = new Map(all.map((one) => [one.name, one.gid]))
  }

  user(uid: number): string {
    return this.#users.get(uid) ?? String(uid)
  }

  group(gid: number): string {
    return this.#groups.get(gid) ?? String(gid)
  }

  knows(kind: 'user' | 'group', id: number): boolean {
    return (kind === 'user' ? this.#users : this.#groups).has(id)
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

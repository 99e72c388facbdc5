import { accountOf, groups } from '../../files/accounts.ts'
import type { Process } from '../../machine.ts'
import type { Call } from '../../program.ts'
import { type Column, type Look, columnOf } from './ps-columns.ts'

/** What is to be listed, and how. */
export interface Wish {
  columns: { column: Column; head: string }[] | undefined
  everyTty: boolean
  every: boolean
  /** `a`, `x` of BSD, which add up. */
  withTty: boolean
  withoutTty: boolean
  bsd: boolean
  forest: boolean
  hierarchy: boolean
  noHead: boolean
  wide: number
  negate: boolean
  sort: string[]
  threads: boolean
  pick: ((process: Process) => boolean)[]
}

export function choose(call: Call, wish: Wish, what: string, list: string | undefined): string | undefined {
  if (list === undefined || list === '') {
    return what === 'p'
      ? 'list of process IDs must follow -p'
      : what === 'C'
        ? 'list of command names must follow -C'
        : what === 'u'
          ? 'list of users must follow -u'
          : `list of ${what === 't' ? 'ttys' : 'IDs'} must follow -${what}`
  }
  const words = list
    .split(/[\s,]+/)
    .filter(Boolean)
    .slice(0, 512)
  switch (what) {
    case 'p':
    case 'q':
    case 's':
    case 'g': {
      if (words.some((one) => !/^\d+$/.test(one))) return 'process ID list syntax error'
      const numbers = new Set(words.map(Number))
      wish.pick.push((one) => numbers.has(what === 'p' ? one.pid : what === 'q' ? one.parent : one.session))
      return undefined
    }
    case 'C': {
      const names = new Set(words.map((one) => one.slice(0, 15)))
      wish.pick.push((one) => names.has(one.name))
      return undefined
    }
    case 't': {
      const names = new Set(words.map((one) => one.replace(/^\/dev\//, '')))
      wish.pick.push((one) => names.has(one.tty ?? '?') || names.has(one.tty?.replace('pts/', '') ?? '?'))
      return undefined
    }
    case 'G': {
      const all = groups(call.files)
      const ids = new Set(
        words.map((one) =>
          /^\d+$/.test(one) ? Number(one) : (all.find((group) => group.name === one)?.gid ?? -1),
        ),
      )
      wish.pick.push((one) => ids.has(one.credentials.gid))
      return undefined
    }
    default: {
      const ids = words.map((one) =>
        /^\d+$/.test(one) ? Number(one) : accountOf(call.machine.files, one)?.uid,
      )
      if (ids.includes(undefined)) return 'user name does not exist'
      const set = new Set(ids)
      wish.pick.push((one) => set.has(one.credentials.uid))
      return undefined
    }
  }
}

export function wanted(one: Process, wish: Wish, call: Call): boolean {
  if (wish.every) return true
  if (wish.pick.length > 0 && wish.pick.some((pick) => pick(one))) return true
  const mine = one.credentials.uid === call.process.credentials.uid
  if (wish.everyTty && one.tty !== undefined && one.session !== one.pid) return true
  if (wish.withTty || wish.withoutTty) {
    if (wish.pick.length > 0 && !wish.withTty && !wish.withoutTty) return false
    return (wish.withTty || mine) && (wish.withoutTty || one.tty !== undefined)
  }
  if (wish.pick.length > 0 || wish.everyTty) return false
  return (
    mine &&
    one.tty === call.process.tty &&
    (!wish.bsd || one.tty !== undefined || call.process.tty === undefined)
  )
}

export function order(processes: Process[], keys: readonly string[], seen: Look): Process[] {
  if (keys.length === 0) return processes
  return processes.toSorted((a, b) => {
    for (const key of keys) {
      const down = key.startsWith('-') ? -1 : 1
      const column = columnOf(key.replace(/^[+-]/, ''))
      if (column === undefined) continue
      const [x, y] = [column.show(a, seen), column.show(b, seen)]
      const numbers = /^[\d.:-]+$/.test(x) && /^[\d.:-]+$/.test(y)
      const compared = numbers
        ? Number.parseFloat(x.replaceAll(':', '')) - Number.parseFloat(y.replaceAll(':', ''))
        : x < y
          ? -1
          : x > y
            ? 1
            : 0
      if (compared !== 0) return compared * down
    }
    return a.pid - b.pid
  })
}

/** Children below their parents, with the strokes of `f`. */
export function tree(processes: readonly Process[], blanks: boolean): (readonly [Process, string])[] {
  const children = new Map<number, Process[]>()
  const there = new Set(processes.map((one) => one.pid))
  const roots: Process[] = []
  for (const one of processes) {
    if (!there.has(one.parent) || one.parent === one.pid) roots.push(one)
    else children.set(one.parent, [...(children.get(one.parent) ?? []), one])
  }
  const lines: (readonly [Process, string])[] = []
  const descend = (one: Process, depth: number, bars: string): void => {
    if (lines.length > 2000 || depth > 60) return
    const below = children.get(one.pid) ?? []
    for (const [index, child] of below.entries()) {
      const last = index === below.length - 1
      lines.push([child, blanks ? '  '.repeat(depth + 1) : `${bars} \\_ `])
      descend(child, depth + 1, `${bars} ${last ? ' ' : '|'}  `)
    }
  }
  // Kernel threads come first, as procps has them.
  for (const root of roots.toSorted((a, b) => Number(b.pid === 2) - Number(a.pid === 2))) {
    lines.push([root, ''])
    // Processes of init stand without strokes, as everything else would hang from it.
    if (!blanks && root.pid === 1) {
      for (const child of children.get(1) ?? []) {
        lines.push([child, ''])
        descend(child, 1, '')
      }
    } else descend(root, 0, '')
  }
  return lines
}

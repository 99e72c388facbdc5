import type { Program } from '../program.ts'
import { programs } from './index.ts'

/** The program that a file of this base name runs; undefined where we have none. */
export function find(name: string): Program | undefined {
  return byName.get(name)
}

const byName = new Map(programs.flatMap((program) => program.names.map((name) => [name, program] as const)))

import type { Program } from '../program.ts'

/** Which files of the tree run which program. */
export interface ProgramTable {
  /** By a path without links: its base name counts. */
  find(executablePath: string): Program | undefined
}

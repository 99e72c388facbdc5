import type { Program } from '../program.ts'
// Files.
import { filePrograms } from './files/index.ts'
// System.
import { systemPrograms } from './system/programs.ts'

// Text.

// Network.

/** What a file of the tree can run, by its base name. Whether there is such a file is the tree's matter. */
export const programs: readonly Program[] = [
  // Files.
  ...filePrograms,

  // System.
  ...systemPrograms,

  // Text.

  // Network.
]

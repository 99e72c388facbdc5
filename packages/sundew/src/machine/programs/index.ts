import type { Program } from '../program.ts'
import { scp } from '../transfer/scp.ts'
import { sftpServer } from '../transfer/sftp-program.ts'
import { busyboxOf } from './busybox/busybox.ts'
import { filePrograms } from './files/index.ts'
import { networkPrograms } from './network/index.ts'
import { systemPrograms } from './system/programs.ts'
import { textPrograms } from './text/index.ts'

const ownPrograms: readonly Program[] = [
  ...filePrograms,
  ...textPrograms,
  ...networkPrograms,
  ...systemPrograms,
  scp,
  sftpServer,
]

/** What a file of the tree can run, by its base name. Whether there is such a file is the tree's matter. */
export const programs: readonly Program[] = [...ownPrograms, busyboxOf(ownPrograms)]

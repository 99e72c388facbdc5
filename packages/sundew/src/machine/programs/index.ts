import type { Program } from '../program.ts'
import { sftpServer } from '../transfer/sftp-program.ts'
import { busyboxOf } from './busybox/busybox.ts'
import { filePrograms } from './files/index.ts'
import { languagePrograms } from './languages/index.ts'
import { networkPrograms } from './network/index.ts'
import { systemPrograms } from './system/programs.ts'
import { textPrograms } from './text/index.ts'

const allButBusybox: readonly Program[] = [
  ...filePrograms,
  ...textPrograms,
  ...networkPrograms,
  ...languagePrograms,
  ...systemPrograms,
  sftpServer,
]

/** What a file of the tree can run, by its base name. Whether there is such a file is the tree's matter. */
export const programs: readonly Program[] = [...allButBusybox, busyboxOf(allButBusybox)]

import type { Program } from '../../program.ts'
import { cat } from './cat.ts'
import { chmod } from './chmod.ts'
import { chown } from './chown.ts'
import { cp } from './cp.ts'
import { install } from './install.ts'
import { ln } from './ln.ts'
import { ls } from './ls.ts'
import { mkdir } from './mkdir.ts'
import { mv } from './mv.ts'
import { rm } from './rm.ts'
import { rmdir } from './rmdir.ts'
import { touch } from './touch.ts'

/** Programs that work on names, files and folders. */
export const filePrograms: readonly Program[] = [cat, chmod, chown, cp, install, ln, ls, mkdir, mv, rm, rmdir, touch]

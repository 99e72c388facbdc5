import type { Program } from '../../program.ts'
import { cat } from './cat.ts'
import { chmod } from './chmod.ts'
import { chown } from './chown.ts'
import { cp } from './cp.ts'
import { dd } from './dd.ts'
import { du } from './du.ts'
import { file } from './file.ts'
import { find } from './find.ts'
import { gzip } from './gzip.ts'
import { install } from './install.ts'
import { basename, dirname, pwd, readlink, realpath } from './links.ts'
import { ln } from './ln.ts'
import { ls } from './ls.ts'
import { mkfifo, mknod, mktemp, sync, truncate } from './making.ts'
import { mkdir } from './mkdir.ts'
import { mv } from './mv.ts'
import { rm } from './rm.ts'
import { rmdir } from './rmdir.ts'
import { stat } from './stat.ts'
import { tar } from './tar.ts'
import { touch } from './touch.ts'
import { noPackers } from './no-packers.ts'
import { unzip } from './unzip.ts'
import { whereis, which } from './which.ts'
import { xargs } from './xargs.ts'

/** Programs that work on names, files and folders. */
export const filePrograms: readonly Program[] = [
  basename,
  cat,
  chmod,
  chown,
  cp,
  dd,
  dirname,
  du,
  file,
  find,
  gzip,
  install,
  ln,
  ls,
  mkdir,
  mkfifo,
  mknod,
  mktemp,
  mv,
  pwd,
  readlink,
  realpath,
  rm,
  rmdir,
  stat,
  sync,
  tar,
  touch,
  truncate,
  noPackers,
  unzip,
  whereis,
  which,
  xargs,
]

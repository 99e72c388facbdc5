import type { Program } from '../../program.ts'
import { awk } from './awk.ts'
import { base64 } from './base64.ts'
import { cut, fold, nl, rev, tac, uniq } from './columns.ts'
import { cmp, diff } from './diff.ts'
import { hexdump, od, xxd } from './dump.ts'
import { nano, vi } from './editor.ts'
import { expr } from './expr.ts'
import { grep } from './grep.ts'
import { head } from './head.ts'
import { libraryPrograms } from './library.ts'
import { pager } from './pager.ts'
import { printf } from './printf.ts'
import { sed } from './sed.ts'
import { cksum, clear, echo, reset, seq, shuf, sums, tee, tput, yes, yesNo } from './small.ts'
import { sort } from './sort.ts'
import { tail } from './tail.ts'
import { test } from './test.ts'
import { tr } from './tr.ts'
import { wc } from './wc.ts'

/** Programs that read lines and bytes, and write some. */
export const textPrograms: readonly Program[] = [
  ...libraryPrograms,
  awk,
  base64,
  cksum,
  clear,
  cmp,
  cut,
  diff,
  echo,
  fold,
  grep,
  head,
  hexdump,
  nl,
  od,
  pager,
  printf,
  reset,
  rev,
  sed,
  seq,
  shuf,
  sort,
  sums,
  tac,
  tail,
  tee,
  test,
  tput,
  tr,
  uniq,
  wc,
  xxd,
  yes,
  yesNo,
  nano,
  vi,
  expr,
]

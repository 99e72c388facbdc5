import type { Program } from '../../program.ts'
import { openssl, sshKeygen } from './keys.ts'
import { perl } from './perl.ts'
import { python } from './python.ts'

/** Interpreters, and what makes keys: the little of them that is used in passing. */
export const languagePrograms: readonly Program[] = [openssl, perl, python, sshKeygen]

export type { Call, Input, Output, Program } from '../../program.ts'
export type { OpenFile } from '../../files/file-system.ts'

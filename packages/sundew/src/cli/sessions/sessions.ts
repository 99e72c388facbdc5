import type { Command } from 'commander'
import { sessionExport } from './session-export.ts'
import { sessionList } from './session-list.ts'
import { sessionReplay } from './session-replay.ts'
import { sessionShow } from './session-show.ts'

/** Adds `sundew sessions`. */
export function sessions(program: Command): void {
  const command = program.command('sessions').description('who connected and what happened then; recordings')
  sessionList(command)
  sessionShow(command)
  sessionReplay(command)
  sessionExport(command)
}

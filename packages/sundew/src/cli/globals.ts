import type { Command } from 'commander'
import { dataDirectory } from '../data-directory.ts'
import { layout, type Layout } from '../core/layout.ts'

export interface Globals {
  readonly data: string | undefined
  readonly config: string | undefined
  readonly paths: Layout
}

/** The options that every command has, wherever on the line they stood. */
export function globals(command: Command): Globals {
  const { data, config } = command.optsWithGlobals<{ data?: string; config?: string }>()
  return { data, config, paths: layout(dataDirectory(data)) }
}

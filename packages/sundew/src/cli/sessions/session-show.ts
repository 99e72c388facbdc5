import type { Command } from 'commander'
import { Hub } from '../client.ts'
import { globals } from '../globals.ts'
import { print } from '../output.ts'
import { pairs } from '../table.ts'
import { durationText } from '../text.ts'
import { findSession, sessionEvents } from './find-session.ts'
import { storyLine } from './story.ts'

/** Adds `sundew sessions show`. */
export function sessionShow(sessions: Command): void {
  sessions
    .command('show')
    .description('what happened in one session, in its order')
    .argument('<id>', 'its id, or the first digits of it')
    .option('--json', 'its events, one JSON object a line')
    .addHelpText('after', '\nExamples:\n  sundew sessions show 019ab2c4-0000\n')
    .action(async (id: string, options: { json?: boolean }, command: Command) => {
      const hub = await Hub.find(globals(command).paths)
      const session = await findSession(hub, id)
      if (options.json) {
        for await (const event of sessionEvents(hub, session)) await print(`${JSON.stringify(event)}\n`)
        return
      }
      await print(
        pairs([
          ['id', session.id],
          ['from', `${session.source_ip} port ${session.source_port}`],
          ['service', session.service],
          ['start', session.start],
          ['duration', durationText(session.duration_ms / 1000)],
        ]),
      )
      await print('\n')
      const startMs = Date.parse(session.start)
      for await (const event of sessionEvents(hub, session)) await print(`${storyLine(event, startMs)}\n`)
    })
}

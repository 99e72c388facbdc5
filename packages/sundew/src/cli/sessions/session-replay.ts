import { InvalidArgumentError, type Command } from 'commander'
import { Hub } from '../client.ts'
import { usage } from '../failure.ts'
import { globals } from '../globals.ts'
import { wholeNumber } from '../options.ts'
import { note, print } from '../output.ts'
import { findSession } from './find-session.ts'
import { Keys, Quit } from './keys.ts'
import { play } from './player.ts'
import { chosen, findRecordings, recordedEvents } from './recordings.ts'

interface ReplayOptions {
  readonly speed: number
  readonly idleLimit: number
  readonly recording?: number
}

/** Adds `sundew sessions replay`. */
export function sessionReplay(sessions: Command): void {
  sessions
    .command('replay')
    .description('plays what a terminal showed; space pauses, q ends')
    .argument('<id>', 'its id, or the first digits of it')
    .option('--speed <factor>', '2 is twice as fast', factor(0.01, 1000), 1)
    .option('--idle-limit <seconds>', 'the longest pause', factor(0, 86_400), 2)
    .option('-r, --recording <number>', 'only this one, where the session has several', wholeNumber(1, 1e6))
    .addHelpText(
      'after',
      '\nExamples:\n  sundew sessions replay 019ab2c4-0000 --speed 3\n\nWhat the intruder sent draws and colours and does nothing else to your terminal.\n',
    )
    .action(async (id: string, options: ReplayOptions, command: Command) => {
      if (!process.stdout.isTTY) {
        throw usage(`a replay needs a terminal. For a file or a program: sundew sessions export ${id}`)
      }
      const hub = await Hub.find(globals(command).paths)
      const all = await findRecordings(hub, await findSession(hub, id))
      const shown = options.recording === undefined ? all : [chosen(all, options.recording)]
      using keys = new Keys(process.stdin)
      try {
        for (const [i, recording] of shown.entries()) {
          if (shown.length > 1) note(`recording ${i + 1} of ${shown.length}\r`)
          await play(recordedEvents(hub, recording), {
            write: print,
            wait: keys.wait,
            speed: options.speed,
            idleLimitMs: options.idleLimit * 1000,
          })
        }
      } catch (error) {
        if (!(error instanceof Quit)) throw error
      }
    })
}

function factor(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It should be a number from ${least} to ${most}.`)
  }
}

import { explain } from '../../core/log.ts'
import type { Book } from '../../intel/book/book.ts'
import { BookIntake } from '../../intel/book/intake.ts'
import type { PullAnswer } from '../../intel/answers.ts'
import type { Changes } from '../../intel/book/changes.ts'
import { FeedError, type FeedTrouble } from '../../intel/feeds/feed.ts'
import { PullHost, type HostParts } from './feed-host.ts'
import type { Source } from './sources.ts'

export interface PullParts extends Pick<HostParts, 'fetch' | 'attackers' | 'signal' | 'now'> {
  readonly book: Book
}

export interface Pulled {
  readonly answer: PullAnswer
  readonly changes: Changes
  /** What went wrong; undefined where nothing did, or it was no {@link FeedError}. */
  readonly trouble: FeedTrouble | undefined
}

/** Pulls a feed once, and writes down how it went. Never throws but where the book can't be written. */
export async function pullFeed(source: Source, parts: PullParts): Promise<Pulled> {
  const { book, now, signal } = parts
  const state = book.source(source.name, source.type)
  let host: PullHost | undefined
  const intake = new BookIntake({
    book,
    source: source.name,
    habits: { mayBeEmpty: source.mayBeEmpty, mayGrow: false },
    now,
    validators: () => host!.validators,
  })
  host = new PullHost({ ...parts, intake, cursor: state.cursor, validators: state.validators })
  return await told(source, intake, parts, async () => {
    try {
      await source.feed!.feed.pull(source.feed!.config, host)
      signal.throwIfAborted()
    } finally {
      host.close()
    }
  })
}

/** Runs what fills an intake, and writes down how it went. */
export async function told(
  source: Source,
  intake: BookIntake,
  { book, now }: Pick<PullParts, 'book' | 'now'>,
  work: () => void | Promise<void>,
): Promise<Pulled> {
  const began = performance.now()
  const { counts, changes } = intake
  let failure: unknown
  try {
    await work()
  } catch (error) {
    failure = error
  }
  const state = book.sourceNamed(source.name)!
  const moment = now()
  const trouble =
    failure === undefined ? (intake.cut ? 'it has more than is taken' : undefined) : explain(failure)
  if (failure === undefined && intake.commits === 0) book.toldAgain(state, moment)
  book.change(state, {
    tried: moment,
    ...(failure === undefined && { good: moment }),
    retry: failure instanceof FeedError ? failure.retryAt : undefined,
    trouble,
  })
  return {
    answer: {
      source: source.name,
      outcome:
        failure === undefined
          ? changes.any
            ? 'taken'
            : 'unchanged'
          : failure instanceof FeedError && failure.code === 'sanity'
            ? 'refused'
            : 'failed',
      added: changes.added,
      removed: changes.removed,
      in_force: state.live,
      bad: counts.bad,
      trouble: trouble ?? null,
      ms: Math.round(performance.now() - began),
    },
    changes,
    trouble: failure instanceof FeedError ? failure.code : undefined,
  }
}

import type { Config } from '../../config.ts'
import type { Layout } from '../../core/layout.ts'
import type { Status } from '../../hub/api/contract.ts'

export type Verdict = 'ok' | 'warn' | 'FAIL'

/** One line of `sundew doctor`. */
export interface Finding {
  readonly verdict: Verdict
  /** What was looked at: `node`, `port 2525` … */
  readonly what: string
  /** What was found, with its value. */
  readonly found: string
  /** What to do; given wherever it is not ok. */
  readonly todo?: string
}

/** What the checks look at. */
export interface Patient {
  readonly paths: Layout
  /** Undefined where the file has mistakes, which are findings themselves. */
  readonly config: Config | undefined
  /** What the running hub tells; undefined where none runs here. */
  readonly status: Status | undefined
}

export type Check = (patient: Patient) => Promise<readonly Finding[]> | readonly Finding[]

export function ok(what: string, found: string): Finding {
  return { verdict: 'ok', what, found }
}

export function warn(what: string, found: string, todo: string): Finding {
  return { verdict: 'warn', what, found, todo }
}

export function fail(what: string, found: string, todo: string): Finding {
  return { verdict: 'FAIL', what, found, todo }
}

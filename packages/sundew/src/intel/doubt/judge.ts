import { explain } from './explain.ts'
import { hear } from './hear.ts'
import { type Restraint, restraintOf } from './restraint.ts'
import type { DoubtRules } from './rules.ts'
import type { Action, Case, Verdict } from './verdict.ts'

const noReasons: readonly string[] = []

/**
 * What comes of an indicator. Sightings of one voice (a source; an author in it) count once; what independent voices say is
 * combined as chances are, `1 - Π(1 - weight × confidence)`. Then whatever speaks for restraint is asked.
 *
 * @param now ms since 1970
 * @param told whether reasons are wanted
 */
export function judge(asked: Case, rules: DoubtRules, now: number, told = false): Verdict {
  const heard = hear(asked, rules, now)
  const restraint = restraintOf(asked, heard, rules)
  const action = actionOf(restraint)
  return {
    action,
    confidence: heard.confidence,
    reasons: told ? explain(asked, heard, restraint, action, rules) : noReasons,
  }
}

function actionOf(restraint: Restraint | undefined): Action {
  if (!restraint) return 'block'
  return restraint.by === 'exclude' || restraint.by === 'unbelieved' ? 'none' : 'alert'
}

import { version } from '../../version.ts'
import { durationText } from '../text.ts'
import { fail, ok, warn, type Check, type Finding, type Patient } from './check.ts'

/** Seconds that what is caught may wait for the store. */
const lagSeconds = 60

/** How the running Sundew does. */
export const running: readonly Check[] = [versions, parts, journal, alerts]

function versions({ status }: Patient): Finding[] {
  if (!status) return []
  if (status.version === version) return [ok('version', `${version}, and so is the running one`)]
  return [
    warn(
      'version',
      `this program is ${version}, the running one ${status.version}`,
      'Restart Sundew to finish the upgrade.',
    ),
  ]
}

function parts({ status }: Patient): Finding[] {
  return (status?.parts ?? []).map((part) => {
    const what = `part ${part.name}`
    const found = `${part.state}${part.restarts > 0 ? `, started again ${part.restarts} times` : ''}`
    if (part.state !== 'running') return fail(what, found, 'Read what "sundew up" printed about it.')
    return part.restarts > 0 ? warn(what, found, 'Read what "sundew up" printed about it.') : ok(what, found)
  })
}

function journal({ status }: Patient): Finding[] {
  if (!status) return []
  const lag = status.journal.lagSeconds
  if (lag <= lagSeconds) return [ok('journal', 'what is caught is in the store within seconds')]
  return [
    warn(
      'journal',
      `what was caught waits for the store for ${durationText(lag)}`,
      'Nothing is lost. The store is slow or away: see the lines about it.',
    ),
  ]
}

function alerts({ status }: Patient): Finding[] {
  return (status?.alerts ?? [])
    .slice(0, 10)
    .map((alert) => warn('alert', `${alert.code}, ${alert.time}`, alert.message))
}

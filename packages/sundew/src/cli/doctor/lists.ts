import { stat } from 'node:fs/promises'
import { setFile } from '../../hub/intel/set-files.ts'
import { listOf } from '../../hub/intel/list-section.ts'
import { StateFile } from '../../hub/intel/state.ts'
import { countText, timeText } from '../text.ts'
import { ok, warn, type Check, type Finding, type Patient } from './check.ts'

/** Which lists of bad addresses are in force, as the hub left it on disk: also where it does not run. */
export const lists: readonly Check[] = [listsInForce]

async function listsInForce({ paths, config, status }: Patient): Promise<Finding[]> {
  if (!config || config.intel.files.length === 0) return []
  const state = await new StateFile(paths.intel).read()
  const findings: Finding[] = []
  for (const section of config.intel.files) {
    const { spec, key } = listOf(section)
    const known = state.lists.find((list) => list.key === key)
    const what = `list ${spec.name}`
    const found = known && [
      `${countText(known.entries)} entries`,
      ...(known.bad > 0 ? [`${countText(known.bad)} more could not be read`] : []),
    ]
    if (!found || known.entries === 0)
      findings.push(
        warn(
          what,
          'nothing of it is in force',
          known
            ? `Look at ${spec.path}: "sundew status" tells why it was not taken (SUNDEW_INTEL_LIST).`
            : 'The hub reads it when it has started: see that Sundew runs with this configuration.',
        ),
      )
    else if (known.troubled)
      findings.push(
        warn(
          what,
          `${found.join(', ')}, of its last good copy`,
          `Look at ${spec.path}: "sundew status" tells why it was not taken as it is now (SUNDEW_INTEL_LIST).`,
        ),
      )
    else if (known.bad > 0)
      findings.push(
        warn(what, found.join(', '), `Look at ${spec.path}, or say its format: intel.files[].format.`),
      )
    else findings.push(ok(what, found.join(', ')))
  }
  if (state.version > 0) {
    const built = await stat(setFile(paths.intel, state.version)).catch(() => undefined)
    const set = `version ${state.version}, ${countText(state.entries)} entries`
    const taken = status?.flows?.set.version
    findings.push(
      !built
        ? warn('lists', `${set}: its file is gone`, 'Start Sundew: the hub makes it anew.')
        : taken !== undefined && taken !== state.version
          ? warn(
              'lists',
              `${set}, and the collectors match against version ${taken}`,
              'They take it within seconds; if not, "sundew status" tells why (SUNDEW_SET_NOT_TAKEN).',
            )
          : ok('lists', `${set}, made ${timeText(built.mtime.toISOString())} UTC`),
    )
  }
  return findings
}

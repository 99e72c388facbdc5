import type { AllowDecision } from '../allow/decision.ts'
import type { Heard } from './hear.ts'
import type { Restraint } from './restraint.ts'
import type { DoubtRules } from './rules.ts'
import type { Action, Case, Witness } from './verdict.ts'

/** Witnesses that are told of; more are counted. */
const mostTold = 8

/** A verdict in sentences for whoever looks after the network, the weightiest first. */
export function explain(
  { witnesses, allowed }: Case,
  heard: Heard,
  restraint: Restraint | undefined,
  action: Action,
  rules: DoubtRules,
): string[] {
  const deciding = restraint && 'decision' in restraint ? restraint.decision : undefined
  return [
    outcome(restraint, heard, rules),
    ...voices(witnesses),
    heard.voices > 1 ? `Together that makes ${heard.confidence} of 100` : '',
    ...allowed
      .filter((decision) => decision !== deciding)
      .map((decision) => `${action === 'none' ? 'Also' : 'Known'}: ${told(decision)}`),
  ].filter((text) => text !== '')
}

function outcome(restraint: Restraint | undefined, { confidence }: Heard, rules: DoubtRules): string {
  switch (restraint?.by) {
    case undefined:
      return `Blocked: its confidence is ${confidence} of 100, and ${rules.blockFrom} are enough`
    case 'exclude':
      return `Left out: ${told(restraint.decision)}`
    case 'downgrade':
      return `Matched but not blocked: ${told(restraint.decision)}`
    case 'compromised':
      return `Matched but not blocked: ${restraint.witness.source} says that it is a victim itself`
    case 'wide':
      return `Matched but not blocked: prefixes shorter than /${restraint.least} are too many addresses at once, and this is as large as a /${restraint.length}`
    case 'ceiling':
      return 'Matched but not blocked: no source that lists it may have it blocked (`ceiling`)'
    case 'pulse':
      return `Matched but not blocked: ${plain(restraint.witness.author)} alone says so; another author or source, or \`intel.doubt.authors\`, would make it count`
    case 'doubt':
      return `Matched but not blocked: its confidence is ${confidence} of 100, and ${rules.blockFrom} are needed`
    case 'unbelieved':
      return `Left out: its confidence is ${confidence} of 100, and ${rules.alertFrom} are needed to match it`
  }
}

function voices(witnesses: readonly Witness[]): string[] {
  const lines = witnesses
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, mostTold)
    .map(({ source, author, weight, confidence }) => {
      const who = author === '' ? source : `${source}, by ${plain(author)},`
      const sure = confidence === undefined ? '' : `, and ${confidence} of 100 sure itself`
      return `${who} lists it: believed ${weight} of 100${sure}`
    })
  const more = witnesses.length - lines.length
  return more > 0 ? [...lines, `${more} more ${more === 1 ? 'sighting says' : 'sightings say'} so`] : lines
}

/** Whoever wrote the pulse chose it. */
function plain(author: string): string {
  return author.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, 80)
}

function told({ entry, list, reason, until }: AllowDecision): string {
  const end = until === undefined ? '' : `, until ${new Date(until).toISOString().slice(0, 10)}`
  return `${entry} is allowed by ${list}: ${reason}${end}`
}

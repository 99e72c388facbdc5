import { InvalidArgumentError, Option, type Command } from 'commander'
import type { ChangeAnswer } from '../../intel/answers.ts'
import { Hub } from '../client.ts'
import { globals } from '../globals.ts'
import { note, printJson } from '../output.ts'
import { plain } from '../plain.ts'
import { Finding } from '../run.ts'

interface Options {
  readonly reason?: string
  readonly until?: string
  readonly action?: string
  readonly remove?: boolean
  readonly json?: boolean
}

/** Adds `sundew intel add`, `remove` and `allow`. */
export function change(command: Command): void {
  command
    .command('add')
    .description('list something yourself')
    .argument('<value>', 'an address, prefix, range, name (with all below it), URL, hash …')
    .requiredOption('-r, --reason <text>', 'why; told with every match')
    .option('-u, --until <when>', 'until when: an age from now (30d) or a date', ending)
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew intel add 203.0.113.7 --reason "scans us since May" --until 90d\n',
    )
    .action((value: string, { reason, until, json }: Options, own: Command) =>
      tell(own, '/intel/add', { value, reason, until }, json),
    )
  command
    .command('remove')
    .description('take back what you listed yourself; what other sources list stays')
    .argument('<value>', 'what it was')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  sundew intel remove 203.0.113.7\n')
    .action((value: string, { json }: Options, own: Command) => tell(own, '/intel/remove', { value }, json))
  command
    .command('allow')
    .description('say that something is good, whatever sources say')
    .argument('<value>', 'an address, prefix, range, name (with all below it), URL or hash')
    .option('-r, --reason <text>', 'why')
    .option('-u, --until <when>', 'until when: an age from now (30d) or a date', ending)
    .addOption(
      new Option('-a, --action <action>', 'never listed, only matched, or only said')
        .choices(['exclude', 'downgrade', 'annotate'])
        .default('exclude'),
    )
    .option('--remove', 'take that back')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew intel allow ocsp.example.org --reason "certificate status"\n  sundew intel allow 198.51.100.0/24 --reason "our CDN" --action downgrade --until 2027-01-01\n  sundew intel allow ocsp.example.org --remove\n',
    )
    .action((value: string, { reason, until, action, remove, json }: Options, own: Command) => {
      if (remove) return tell(own, '/intel/disallow', { value }, json)
      if (reason === undefined) own.error("error: required option '-r, --reason <text>' not specified")
      return tell(own, '/intel/allow', { value, reason, until, action }, json)
    })
}

async function tell(own: Command, path: string, body: object, json: boolean | undefined): Promise<void> {
  const hub = await Hub.find(globals(own).paths)
  const answer = await hub.json<ChangeAnswer>(path, { method: 'POST', body, patient: true })
  const { indicator, refused, verdict } = answer
  if (json) await printJson(answer)
  else if (refused !== null) note(`Nothing was changed: ${plain(refused)}`)
  else {
    const now =
      verdict === null ? 'is not listed' : `comes to ${verdict.action} (confidence ${verdict.confidence})`
    note(`${plain(indicator?.value ?? '')} ${now}.`)
  }
  if (refused !== null) throw new Finding()
}

const unitMs = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** A moment to come as RFC 3339: so long from now, or a date or time. */
function ending(text: string): string {
  const age = /^(\d{1,5})([hdw])$/.exec(text)
  const ms = age ? Date.now() + Number(age[1]) * unitMs[age[2] as keyof typeof unitMs] : Date.parse(text)
  if (!Number.isFinite(ms) || !(age || /^\d{4}-\d{2}-\d{2}/.test(text)))
    throw new InvalidArgumentError(
      'It should be a time to come: 12h, 30d, 8w, a date (2027-01-01) or RFC 3339.',
    )
  if (ms <= Date.now()) throw new InvalidArgumentError('It is past.')
  return new Date(ms).toISOString()
}

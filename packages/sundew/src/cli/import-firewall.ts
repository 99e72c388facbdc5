import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { offsetsOf } from '../collectors/syslog/offsets.ts'
import { firewallParsers } from '../collectors/syslog/parsers/index.ts'
import { patternParser } from '../collectors/syslog/parsers/pattern.ts'
import { loadConfig } from '../config-file.ts'
import { usage } from './failure.ts'
import { globals } from './globals.ts'
import { runFirewallImport } from './import-firewall-run.ts'
import { wholeNumber } from './options.ts'
import { plain } from './plain.ts'

interface FirewallImportOptions {
  readonly format: string
  readonly timeZone?: string
  readonly year?: number
  readonly device?: string
  readonly keepNoise?: boolean
  readonly again?: boolean
  readonly wait: boolean
}

/** Adds `sundew import firewall`: what it brings are rows of the table `firewall`, which go to the store as batches. */
export function importFirewallCommand(imports: Command): void {
  imports
    .command('firewall')
    .description('old logs of firewalls, also gzip and zstd: each line once')
    .argument('<file...>', 'files, folders of them, or - for standard input')
    .addOption(
      new Option(
        '--format <format>',
        `which firewall wrote them: ${firewallParsers.map(({ format }) => format).join(', ')}, or a pattern's name; auto tells line by line`,
      ).default('auto'),
    )
    .option(
      '--time-zone <zone>',
      'of clocks that tell none, as Europe/Oslo (collectors.syslog.time_zone, else that of this machine)',
      zone,
    )
    .option(
      '--year <year>',
      'of the first line of each file, where lines tell none (else the last years before the file was written)',
      wholeNumber(2000, 2100),
    )
    .option('--device <name>', "firewall of lines that name none (else the file's name)")
    .option('--keep-noise', 'also what collectors.syslog.ignore leaves out')
    .option('--again', 'also lines that were imported before')
    .option('--no-wait', 'do not wait until the store has it')
    .addHelpText(
      'after',
      `
Examples:
  sundew import firewall /var/log/firewall.log*
  sundew import firewall --time-zone Europe/Oslo --year 2023 old/messages.gz
  journalctl -k -o short-iso | sundew import firewall -

Run again, also on files that have grown or were renamed or packed meanwhile, it brings in what is missing and no line twice.
It works while Sundew runs and while it does not. More in docs/import.md.
`,
    )
    .action(async (paths: string[], options: FirewallImportOptions, self: Command) => {
      const { paths: layout, config: configFile, data } = globals(self)
      const { config } = await loadConfig({ configFile, dataDirectory: data })
      const { syslog } = config.collectors
      const all = paths.map((path) => (path === '-' ? path : resolve(path)))
      for (const path of all) if (path !== '-') await stat(path) // before anything is made
      const own = syslog.patterns.map((pattern) => patternParser(pattern))
      const { format, timeZone, year, device } = options
      const wanted = ({ format: name }: { readonly format: string }) => format === 'auto' || name === format
      if (![...own, ...firewallParsers].some(wanted))
        throw usage(
          `--format ${plain(format)}: there is no such format, and no such pattern in collectors.syslog.patterns.`,
        )
      await runFirewallImport({
        paths: all,
        parsers: firewallParsers.filter(wanted),
        own: own.filter(wanted),
        zone: timeZone ?? syslog.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
        year,
        device,
        keepNoise: options.keepNoise === true,
        again: options.again === true,
        wait: options.wait,
        config,
        layout,
      })
    })
}

function zone(name: string): string {
  try {
    offsetsOf(name)
    return name
  } catch {
    throw new InvalidArgumentError('It should be a time zone, as Europe/Oslo.')
  }
}

import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Config } from '../config.ts'
import { loadConfig } from '../config-file.ts'
import { globals } from './globals.ts'
import { captures } from './import-pcap.ts'
import { list, wholeNumber } from './options.ts'
import { nfcapdFiles } from './import-nfcapd.ts'
import { runFlowImport } from './import-flow-run.ts'
import type { FlowFormat } from './import-flow-run.ts'

interface FlowImportOptions {
  readonly again?: boolean
  readonly wait: boolean
  readonly take?: 'auto' | 'flows' | 'exports'
  readonly port?: readonly string[]
}

/** Adds `sundew import pcap` and `sundew import nfcapd`: what they bring are flows, which go to the store as batches. */
export function importFlowCommands(imports: Command): void {
  common(
    imports
      .command('pcap')
      .description('export packets and plain traffic of captures (pcap, pcapng; also gzip, zstd), as flows')
      .addOption(
        new Option('--take <what>', 'auto: export packets are decoded, all others are made into flows')
          .choices(['auto', 'flows', 'exports'])
          .default('auto'),
      )
      .option(
        '--port <ports>',
        'UDP ports of export packets (2055,4739,6343,9995,9996 where not given)',
        ports,
      ),
    ({ take = 'auto', port }, { collectors }) => captures(collectors.flow, take, port?.map(Number)),
    `
  sundew import pcap traffic.pcapng
  sundew import pcap --take exports --port 2055 netflow.pcap.gz`,
  )
  common(
    imports.command('nfcapd').description("files of nfdump's nfcapd, read by the nfdump installed here"),
    nfcapdFiles,
    `
  sundew import nfcapd /var/cache/nfdump/2026/11/25`,
  )
}

function common(
  command: Command,
  format: (options: FlowImportOptions, config: Config) => FlowFormat,
  examples: string,
): void {
  command
    .argument('<path...>', 'files, or folders of them')
    .option('--again', 'also files that were imported before')
    .option('--no-wait', 'do not wait until the store has it')
    .addHelpText(
      'after',
      `
Examples:${examples}

A file is imported once, and whole or not at all. It works while Sundew runs and while it does not. More in docs/import.md.
`,
    )
    .action(async (paths: string[], options: FlowImportOptions, self: Command) => {
      const { paths: layout, config: configFile, data } = globals(self)
      const { config } = await loadConfig({ configFile, dataDirectory: data })
      const all = paths.map((path) => resolve(path))
      for (const path of all) await stat(path) // before anything is made
      await runFlowImport({
        format: format(options, config),
        paths: all,
        again: options.again === true,
        wait: options.wait,
        config,
        layout,
      })
    })
}

function ports(text: string, before: readonly string[] = []): string[] {
  const all = list(text, before)
  for (const port of all) wholeNumber(1, 65_535)(port)
  return all
}

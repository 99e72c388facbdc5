import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { loadConfig } from '../config-file.ts'
import { importers } from '../importers/index.ts'
import type { Importer } from '../importers/importer.ts'
import { globals } from './globals.ts'
import { importFirewallCommand } from './import-firewall.ts'
import { importFlowCommands } from './import-flows.ts'
import { runImport } from './import-run.ts'

interface ImportCommandOptions extends Readonly<Record<string, unknown>> {
  readonly again?: boolean
  readonly wait: boolean
}

/** Adds `sundew import`, one subcommand a format. */
export function importCommand(program: Command): void {
  const imports = program.command('import').description('bring in what was kept elsewhere')
  for (const importer of importers) format(imports, importer)
  importFlowCommands(imports)
  importFirewallCommand(imports)
}

function format(imports: Command, importer: Importer): void {
  const command = imports
    .command(importer.name)
    .description(importer.summary)
    .argument('<path...>', importer.accepts)
    .option('--again', 'also what was imported before')
    .option('--no-wait', 'do not wait until the store has it')
  for (const [name, { doc, values }] of Object.entries(importer.choices ?? {})) {
    command.addOption(new Option(`--${name} <${name}>`, doc).choices(values).default(values[0]))
  }
  command
    .addHelpText(
      'after',
      `
Examples:
  sundew import ${importer.name} ${importer.example}
  sundew import ${importer.name} --no-wait kept/

Run again, it brings in what is missing and nothing twice. It works while Sundew runs and while it does not.
${importer.sources} More in docs/import.md.
`,
    )
    .action(async (paths: string[], options: ImportCommandOptions, self: Command) => {
      const { paths: layout, config: configFile, data } = globals(self)
      const { config } = await loadConfig({ configFile, dataDirectory: data })
      await runImport({
        importer,
        paths: paths.map((path) => resolve(path)),
        choice: Object.fromEntries(
          Object.keys(importer.choices ?? {}).map((name) => [name, String(options[name])]),
        ),
        again: options.again === true,
        wait: options.wait,
        config,
        layout,
      })
    })
}

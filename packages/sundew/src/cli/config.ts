import { styleText } from 'node:util'
import type { Command } from 'commander'
import { stringify } from 'yaml'
import { loadConfig } from '../config-file.ts'
import { configJsonSchema } from './config-schema.ts'
import { globals } from './globals.ts'
import { print, printJson } from './output.ts'
import { plain } from './plain.ts'

/** Adds `sundew config`. */
export function config(program: Command): void {
  const configs = program.command('config').description('sundew.yaml: check it, see what holds')
  configs
    .command('check')
    .description('read the file and tell every mistake with its line')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew config check\n  sundew config check --config /etc/sundew.yaml\n',
    )
    .action(async (_options: unknown, command: Command) => {
      const { file } = await load(command)
      await print(
        file === undefined
          ? 'There is no sundew.yaml: every key has its default.\n'
          : `${plain(file)}: no mistakes.\n`,
      )
    })
  configs
    .command('schema')
    .description('its JSON Schema, so that an editor completes it')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew config schema > sundew.schema.json\n\nAn editor with a YAML language server takes it from a first line such as\n  # yaml-language-server: $schema=./sundew.schema.json\n',
    )
    .action(() => printJson(configJsonSchema()))
  configs
    .command('show')
    .description('every key with the value that holds')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  sundew config show\n  sundew config show --json | jq .keep\n')
    .action(async (options: { json?: boolean }, command: Command) => {
      const { config: held, file } = await load(command)
      if (options.json) return printJson(held)
      const from = file === undefined ? 'no file: every key has its default' : plain(file)
      return print(
        `${styleText('gray', `# ${from}`, { stream: process.stdout })}\n${stringify(held, { aliasDuplicateObjects: false })}`,
      )
    })
}

function load(command: Command) {
  const { data, config: configFile } = globals(command)
  return loadConfig({ configFile, dataDirectory: data })
}

import type { Command } from 'commander'
import { makeProgram } from '../../packages/sundew/src/cli/program.ts'

/** Columns of the help on the page. */
const columns = 100

/** The reference in docs/cli.md: the help of every command, as `--help` prints it. */
export function commandReference(): string {
  return makeProgram()
    .commands.map((command) => reference(command, 'sundew'))
    .join('\n')
}

function reference(command: Command, above: string): string {
  const name = `${above} ${command.name()}`
  const inner = command.commands.filter((child) => child.name() !== 'help')
  if (inner.length > 0) return inner.map((child) => reference(child, name)).join('\n')
  let text = ''
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
    getOutHelpWidth: () => columns,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return `### ${name}\n\n\`\`\`text\n${text.trim()}\n\`\`\`\n`
}

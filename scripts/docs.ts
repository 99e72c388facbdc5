// npm run docs: writes the pages that follow from the source. `npm run docs -- --check` tells which are stale instead.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { eventJsonSchema } from '../packages/sundew/src/event/json-schema.ts'
import { commandReference } from './docs/commands.ts'
import { configurationPage } from './docs/configuration.ts'
import { eventsPage } from './docs/events.ts'
import { pictures } from './docs/pictures.ts'

const root = join(import.meta.dirname, '..')
const docs = join(root, 'docs')
const begin = '<!-- commands: made by "npm run docs" -->'
const end = '<!-- end of commands -->'

const pages: readonly (readonly [string, (before: string) => string])[] = [
  ['events.md', eventsPage],
  ['events.schema.json', () => `${JSON.stringify(eventJsonSchema(), undefined, 2)}\n`],
  ['configuration.md', configurationPage],
  ['cli.md', (before) => between(before, commandReference())],
]

let stale = 0
for (const [name, make] of pages) {
  const file = join(docs, name)
  const before = kept(file)
  renew(name, before, formatted(file, make(before)))
}
for (const [name, draw] of pictures) renew(name, kept(join(docs, name)), draw())
process.exitCode = stale > 0 ? 1 : 0

function kept(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** Writes what has changed, or tells of it. */
function renew(name: string, before: string, after: string): void {
  if (after === before) return
  if (process.argv.includes('--check')) {
    console.error(`docs/${name} is stale: run "npm run docs" and commit what it changes`)
    stale++
  } else {
    writeFileSync(join(docs, name), after)
    console.log(`wrote docs/${name}`)
  }
}

/** The page with the part between the marks replaced. */
function between(page: string, text: string): string {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from)
    throw new Error(`docs/cli.md should hold the lines ${begin} and ${end}, in this order`)
  return `${page.slice(0, from)}${begin}\n\n${text}\n${page.slice(to)}`
}

/** As oxfmt leaves it, so that the page is the same for everybody. */
function formatted(file: string, text: string): string {
  const oxfmt = join(root, 'node_modules', '.bin', 'oxfmt')
  const { status, stdout, stderr, error } = spawnSync(oxfmt, [`--stdin-filepath=${relative(root, file)}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status === 0) return stdout
  throw new Error(`oxfmt could not format ${file}: ${error?.message ?? stderr}`)
}

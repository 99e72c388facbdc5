// npm run new -- <decoy|output|feed|parser> <name>: the files, the line in the room's index.ts and the test of a new
// plug-in, working and tested from its first minute.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { newDecoy } from './new/decoy.ts'
import { newOutput } from './new/output.ts'
import type { Room } from './new/room.ts'

const rooms: Readonly<Record<string, Room | undefined>> = { decoy: newDecoy, output: newOutput }
/** Rooms that the design has and the source has not yet. */
const later = ['feed', 'parser']

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { root: { type: 'string', default: join(import.meta.dirname, '..') } },
})
process.exitCode = main(positionals, values.root)

function main([kind = '', name = '', ...more]: string[], root: string): number {
  const room = rooms[kind]
  if (later.includes(kind))
    return refuse(
      `a ${kind} comes with its room, which is not built yet; there is: ${Object.keys(rooms).join(', ')}`,
    )
  if (!room || more.length > 0)
    return refuse(`usage: npm run new -- <${[...Object.keys(rooms), ...later].join('|')}> <name>`)
  if (!/^[a-z][a-z0-9]{1,15}$/.test(name)) {
    return refuse(
      `${JSON.stringify(name)} is no name for a ${kind}: it should have 2 to 16 small letters and digits, a letter first`,
    )
  }
  const files = room.files(name)
  const there = Object.keys(files).filter((file) => existsSync(join(root, file)))
  if (there.length > 0) return refuse(`${there.join(', ')} is there already; choose another name`)
  const index = join(root, room.index)
  const before = readFileSync(index, 'utf8')
  const after = room.register(before, name)
  if (after === undefined)
    return refuse(`${room.index} does not look as expected, so the line can't be put there`)

  for (const [file, text] of Object.entries(files)) write(root, file, text)
  write(root, room.index, after)
  const written = [...Object.keys(files), room.index]
  spawnSync(join(root, 'node_modules', '.bin', 'oxfmt'), written, { cwd: root })
  for (const file of written) console.log(`wrote ${file}`)
  console.log(
    `\nNext: node --test ${room.test(name)}\nThen make it what it should be, write its page in docs/, and run "npm run docs".`,
  )
  return 0
}

function write(root: string, file: string, text: string): void {
  const path = join(root, file)
  if (relative(root, path).startsWith('..')) throw new Error(`${file} lies outside ${root}`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function refuse(message: string): number {
  console.error(message)
  return 2
}

import { catalogue, commonFields } from '../../packages/sundew/src/event/catalogue.ts'
import type { FieldSpec } from '../../packages/sundew/src/event/fields.ts'
import { generated, markdownTable } from './markdown.ts'

/** docs/events.md, from the catalogue. */
export function eventsPage(): string {
  const kinds = Object.entries(catalogue)
  return `${generated}

# Events

Everything that happens is an event of one of these kinds. \`sundew tail\` tells them as they come, the page shows them,
and the table \`events\` keeps them: common fields and those marked _column_ in columns of that name, the others in the
column \`fields\`. [events.schema.json](events.schema.json) describes the JSON that \`sundew tail --json\` and the API give.

${kinds.map(([kind, { doc }]) => `- [\`${kind}\`](#${anchor(kind)}): ${doc}`).join('\n')}

## Types

${markdownTable(
  ['Type', 'Holds'],
  [
    ['text', "our own wording: valid Unicode, nothing of a peer's"],
    [
      'bytes',
      'what a peer sent, byte for byte; shown as UTF-8, with `\\xNN` for bytes that are not and for characters that do not print',
    ],
    ['integer, number, boolean', 'as in JSON; units stand in the name (`_ms`, `_bytes`)'],
    ['list of text, list of bytes', 'in the order they came'],
  ],
)}
Fields marked _optional_ are absent where there is nothing to tell. _ECS_ names the field of the Elastic Common Schema
that holds the same.

## Fields of every event

${fieldTable(commonFields)}
${kinds.map(([kind, { doc, fields }]) => `## ${kind}\n\n${doc}\n\n${fieldTable(fields)}`).join('\n')}`
}

const typeNames = {
  text: 'text',
  bytes: 'bytes',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  texts: 'list of text',
  bytesList: 'list of bytes',
} as const

function fieldTable(fields: Record<string, FieldSpec>): string {
  return markdownTable(
    ['Field', 'Type', 'ECS', 'Meaning'],
    Object.entries(fields).map(([name, { type, doc, ecs, column, optional }]) => [
      `\`${name}\``,
      [typeNames[type], ...(optional ? ['optional'] : []), ...(column ? ['column'] : [])].join(', '),
      ecs ? `\`${ecs}\`` : '',
      doc,
    ]),
  )
}

/** As GitHub makes it of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9_ -]/g, '')
    .replaceAll(' ', '-')
}

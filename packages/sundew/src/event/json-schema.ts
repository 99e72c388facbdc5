import { catalogue, commonFields } from './catalogue.ts'
import type { FieldSpec, FieldType } from './fields.ts'

type JsonSchema = Readonly<Record<string, unknown>>

const types: Readonly<Record<FieldType, JsonSchema>> = {
  text: { type: 'string' },
  bytes: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  texts: { type: 'array', items: { type: 'string' } },
  bytesList: { type: 'array', items: { type: 'string' } },
}

const byBytes = 'What the peer sent, made readable: UTF-8, and \\xNN for bytes that are not or do not print.'

/**
 * JSON Schema (draft 2020-12) of one event as the API and `sundew tail --json` tell it, one branch a kind. New fields
 * may come: a reader should pass over those it does not know.
 */
export function eventJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'An event of Sundew',
    oneOf: Object.entries(catalogue).map(([kind, spec]) => ({
      title: kind,
      description: spec.doc,
      type: 'object',
      properties: {
        ...properties(commonFields),
        kind: { const: kind },
        fields: { type: 'object', properties: properties(spec.fields), required: required(spec.fields) },
      },
      required: [...required(commonFields), 'fields'],
    })),
  }
}

function properties(fields: Record<string, FieldSpec>): JsonSchema {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { type, doc }]) => [
      name,
      { ...types[type], description: type === 'bytes' || type === 'bytesList' ? `${doc} ${byBytes}` : doc },
    ]),
  )
}

function required(fields: Record<string, FieldSpec>): string[] {
  return Object.entries(fields)
    .filter(([, spec]) => !spec.optional)
    .map(([name]) => name)
}

import { z } from 'zod'
import { configSchema } from '../config.ts'

/** Keys whose default is this machine's own name. */
const ofThisMachine = ['sensor', 'hostname']

/** JSON Schema of sundew.yaml, the same on every machine. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' })
  for (const key of ofThisMachine) {
    const property = schema.properties?.[key]
    if (typeof property !== 'object') continue
    delete property.default
    property.description = `${property.description ?? ''} Default: this machine's own name.`.trim()
  }
  return { $schema, title: 'sundew.yaml', ...schema } as z.core.JSONSchema.BaseSchema
}

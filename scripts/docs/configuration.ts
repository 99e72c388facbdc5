import { configJsonSchema } from '../../packages/sundew/src/cli/config-schema.ts'
import { generated, markdownTable } from './markdown.ts'

interface Schema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  /** What stands for its values, where they are many. */
  readonly title?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly minItems?: number
  readonly additionalProperties?: Schema | boolean
}

/** docs/configuration.md, from the schema of sundew.yaml. */
export function configurationPage(): string {
  const schema = configJsonSchema() as Schema
  const top = Object.entries(schema.properties ?? {})
  const plain = top.filter(([, property]) => !property.properties)
  const sections = top.filter(([, property]) => property.properties)
  return `${generated}

# Configuration

Sundew reads one file, \`sundew.yaml\`: the one named by \`--config FILE\`, otherwise the one in the data directory, otherwise
the one in the current folder. Every key is optional, and without a file every key has its default.

\`\`\`yaml
hostname: mail.example.net
keep:
  mails_days: 90
  quota_gb: 50
\`\`\`

\`sundew config check\` tells mistakes with their line, \`sundew config show\` the values that hold, and
\`sundew config schema\` prints the JSON Schema that lets an editor complete the keys:

\`\`\`sh
sundew config schema > sundew.schema.json
sed -i '1i # yaml-language-server: $schema=./sundew.schema.json' sundew.yaml
\`\`\`

## Top level

${rowsTable(plain.flatMap(([key, property]) => rowsOf(key, property)))}
${sections.map(([key, property]) => sectionText(key, property)).join('\n')}`
}

function sectionText(key: string, section: Schema): string {
  const inner = Object.entries(section.properties ?? {})
  // Decoys and outputs have a section each.
  if (key === 'decoys' || key === 'outputs') {
    const parts = inner.map(([name, part]) => {
      const rows = Object.entries(part.properties ?? {}).flatMap(([own, property]) => rowsOf(own, property))
      return `## ${key}.${name}\n\n${part.description ?? ''}\n\n${rowsTable(rows)}`
    })
    return parts.join('\n')
  }
  const rows = inner.flatMap(([name, property]) => rowsOf(name, property))
  return `## ${key}\n\n${section.description ? `${section.description}\n\n` : ''}${rowsTable(rows)}`
}

function rowsTable(rows: readonly (readonly string[])[]): string {
  return markdownTable(['Key', 'Value', 'Default', 'Meaning'], rows)
}

function rowsOf(path: string, schema: Schema): string[][] {
  const inside = (prefix: string, properties: Schema['properties']) =>
    Object.entries(properties ?? {}).flatMap(([name, property]) => rowsOf(`${prefix}${name}`, property))
  if (schema.properties) {
    const own = schema.description === undefined ? [] : [[`\`${path}\``, 'section', '', schema.description]]
    return [...own, ...inside(`${path}.`, schema.properties)]
  }
  const row = [`\`${path}\``, valueText(schema), defaultText(schema), schema.description ?? '']
  return schema.items?.properties ? [row, ...inside(`${path}[].`, schema.items.properties)] : [row]
}

function defaultText(schema: Schema): string {
  return schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``
}

const formats: Readonly<Record<string, string>> = { ipv4: 'IPv4 address', ipv6: 'IPv6 address', uri: 'URL' }

/** What may stand there, in words. */
function valueText(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.title !== undefined) return schema.title
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (schema.anyOf) return [...new Set(schema.anyOf.map(valueText))].join(' or ')
  if (schema.format && formats[schema.format]) return formats[schema.format]!
  if (schema.type === 'array')
    return `list of ${schema.items?.properties ? 'sections' : valueText(schema.items ?? {})}`
  if (schema.type === 'object') {
    const values = schema.additionalProperties
    return typeof values === 'object' ? `names, each with ${valueText(values)}` : 'section'
  }
  if (schema.type === 'integer' || schema.type === 'number') return numberText(schema)
  if (schema.type === 'boolean') return 'true or false'
  if (schema.type === 'string')
    return schema.pattern && schema.pattern.length <= 40 ? `text: \`${schema.pattern}\`` : 'text'
  return 'any'
}

function numberText({ type, minimum, maximum, exclusiveMinimum }: Schema): string {
  const name = type === 'integer' ? 'whole number' : 'number'
  const least = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined
  if (least !== undefined && most !== undefined) return `${name}, ${least} to ${most}`
  if (least !== undefined) return `${name}, ${least} or more`
  if (exclusiveMinimum !== undefined) return `${name}, more than ${exclusiveMinimum}`
  return most === undefined ? name : `${name}, ${most} at most`
}

import { z } from 'zod'
import { personaNames } from './personas.ts'

const document = z
  .strictObject({
    path: z.string().startsWith('/').optional().describe('The path asked for, without query: `/setup.exe`.'),
    extension: z
      .string()
      .regex(/^[A-Za-z0-9]{1,16}$/)
      .optional()
      .describe('Any path that ends so: `exe`.'),
    file: z.string().describe('The file to serve; it must lie in one of `reads`.'),
    type: z
      .string()
      .regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w=.-]+)?$/)
      .optional()
      .describe('Media type; by the extension where not given.'),
  })
  .refine((value) => (value.path === undefined) !== (value.extension === undefined), {
    error: 'give either path or extension',
  })

/** The section `decoys.http` of sundew.yaml, beside the keys every decoy has. */
export const httpConfig = z.strictObject({
  persona: z.enum(personaNames).default('apache').describe('Who it pretends to be.'),
  uploads: z
    .enum(['accept', 'refuse'])
    .default('accept')
    .describe('Whether PUT and uploads by POST succeed. Refused ones are kept all the same.'),
  samples: z
    .boolean()
    .default(true)
    .describe('Serve a harmless sample for any path that ends in a known extension (exe, pdf, zip …).'),
  reads: z.array(z.string()).default([]).describe('Folders that `documents` are read from.'),
  documents: z.array(document).max(1_000).default([]).describe('Files of your own, by path or extension.'),
  login: z
    .strictObject({
      policy: z
        .enum(['after', 'always', 'never'])
        .default('after')
        .describe('Whether a login page lets in: after some failures, always or never.'),
      tries: z
        .int()
        .min(0)
        .max(1_000)
        .default(3)
        .describe('Failures of one source before `after` lets it in.'),
    })
    .prefault({}),
  body_kept_mb: z
    .number()
    .positive()
    .max(1024)
    .default(32)
    .describe('Bytes of one request body kept, in MiB. A longer upload is answered 413.'),
  body_read_mb: z
    .number()
    .positive()
    .max(16_384)
    .default(256)
    .describe('Bytes of one request body read before the connection is closed, in MiB.'),
})

export type HttpConfig = z.output<typeof httpConfig>

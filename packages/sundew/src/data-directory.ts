import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const checkout = resolve(import.meta.dirname, '..', '..', '..')

/** `--data`, else SUNDEW_DATA, else `data` in a checkout, else /var/lib/sundew. */
export function dataDirectory(option?: string): string {
  const given = option ?? process.env['SUNDEW_DATA']
  if (given) return resolve(given)
  return existsSync(join(checkout, '.git')) ? join(checkout, 'data') : '/var/lib/sundew'
}

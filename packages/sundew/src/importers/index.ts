import { cowrie } from './cowrie/cowrie.ts'
import type { Importer } from './importer.ts'
import { mail } from './mail/mail.ts'

/** Every format that `sundew import` reads, in the order of the help. */
export const importers: readonly Importer[] = [mail, cowrie]

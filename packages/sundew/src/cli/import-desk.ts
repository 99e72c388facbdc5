import type { ByteString } from '../event/bytes.ts'
import { type FoundEvent, leftOut, trouble, type Trouble } from '../importers/importer.ts'
import type { Intake } from '../importers/intake.ts'
import type { ImportTally } from './import-tally.ts'

/** Part of `ImportLook`. */
interface Found {
  untold: number
  end(file: ByteString, identity: string): FoundEvent<'intel.match'>[]
}

/** Before the thing is known: what a kill interrupts is told by the next import, and once, since each match is known too. */
export async function tellMatches(
  file: ByteString,
  identity: string,
  { look, intake, tally }: { readonly look: Found; readonly intake: Intake; readonly tally: ImportTally },
): Promise<void> {
  intake.begin()
  for (const match of look.end(file, identity)) await intake.take(match)
  await intake.flush()
  if (look.untold > 0)
    tally.trouble(leftOut('matches of a file that has more than are told', file, 0), look.untold)
  look.untold = 0
}

/** What to tell of an error that is a broken archive's; undefined where it is another. */
export function brokenArchive(error: unknown, file: ByteString): Trouble | undefined {
  const code = (error as { code?: unknown }).code
  if (typeof code !== 'string' || !/^(Z_|ZSTD_)/.test(code)) return undefined
  return trouble(`compressed files that are broken (${code})`, file)
}

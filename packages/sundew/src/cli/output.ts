import { once } from 'node:events'

/** Writes to standard output and waits where the reader is slow. */
export async function print(text: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

/** One JSON document. */
export function printJson(value: unknown): Promise<void> {
  return print(`${JSON.stringify(value, undefined, 2)}\n`)
}

/** For the person at the terminal, beside the answer. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Rows as CSV (RFC 4180, lines ending in LF) or TSV with a line of names first. */
export function delimited(
  names: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  tab: boolean,
): string {
  const cell = tab ? tsvCell : csvCell
  return [names, ...rows]
    .map((row) => `${row.map((value) => cell(String(value))).join(tab ? '\t' : ',')}\n`)
    .join('')
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function tsvCell(text: string): string {
  return text.replace(/[\\\t\r\n]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\r': '\\r', '\n': '\\n' })[c] ?? c)
}

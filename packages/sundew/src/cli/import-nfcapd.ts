import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { NfdumpCsv } from '../importers/flows/nfdump-csv.ts'
import { columnWords, parseAddress } from '../match/parse-address.ts'
import { exitCode, Failure } from './failure.ts'
import type { FlowFormat } from './import-flow-run.ts'

/** Lines between looks at what is to be written. */
const lines = 4_096

/** Files of nfcapd, by what the nfdump that is installed says of them. */
export function nfcapdFiles(): FlowFormat {
  return {
    name: 'nfcapd',
    things: 'flows read',
    async read({ path, staging, progress, left, stop }) {
      const csv = new NfdumpCsv(staging.sink, (text) => {
        const words = parseAddress(text)
        return words && columnWords(words)
      })
      const child = spawn('nfdump', ['-r', path, '-o', 'csv'], {
        env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', LC_ALL: 'C' },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const ended = new Promise<number | Error | null>((resolve) => {
        child.once('error', resolve).once('close', resolve)
      })
      let said = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(0, 300)))
      let count = 0
      let flows = 0
      try {
        for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
          if (csv.line(line)) progress(++flows)
          if (++count % lines === 0) await staging.write()
          if (stop.aborted || csv.missing.length > 0) break
        }
      } finally {
        child.kill()
      }
      const code = await ended
      if (code instanceof Error) throw missing(code)
      if (csv.missing.length > 0) throw unknownColumns(csv.missing)
      if (csv.malformed > 0) left('lines of nfdump that are no flow', csv.malformed)
      // Of a file that is not nfcapd's it complains, and ends as if all were well.
      const unread = code !== 0 || (flows === 0 && said !== '')
      if (unread && !stop.aborted) {
        left(`files that nfdump does not read${said === '' ? '' : ` (${said.trim().split('\n')[0]})`}`, 1)
        return false
      }
      return undefined
    },
  }
}

function missing(cause: Error): Failure {
  return new Failure(
    'SUNDEW_NO_NFDUMP',
    exitCode.unavailable,
    'nfcapd files are read by nfdump, which is not found here. Install it (Debian: apt install nfdump) and run the same command again.',
    { cause },
  )
}

function unknownColumns(names: readonly string[]): Failure {
  return new Failure(
    'SUNDEW_NO_NFDUMP',
    exitCode.unavailable,
    `nfdump -o csv of the nfdump found here has no column ${names.join(', ')}: versions 1.6 and 1.7 are known. Put one of them first in PATH.`,
  )
}

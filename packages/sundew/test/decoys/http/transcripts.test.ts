import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  playHttp,
  validatorsOf,
  type HttpTranscript,
} from '../../../../../e2e/transcripts/http-transcript.ts'
import { http } from '../../../src/decoys/http/http.ts'
import { startDecoy } from '../host.ts'

/** What differs from the real server on purpose, and why. */
const onPurpose: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  apache: {
    PUT: 'uploads are taken',
  },
  nginx: {
    PUT: 'uploads are taken',
    'POST with Expect': 'the body is wanted, so it is asked for',
  },
}

/** What no two runs share: times, validators, and how far a compressor gets. */
function settled(answer: string): string {
  return answer
    .replace(/^Date: .*$/gm, 'Date: *')
    .replace(/^Last-Modified: .*$/gm, 'Last-Modified: *')
    .replace(/^ETag: (W\/)?"[^"-]*-[0-9a-f]*(-gzip)?"/gm, 'ETag: $1"*$2"')
    .replace(/(Content-Encoding: gzip\r\nContent-Length: )\d+/g, '$1*')
}

for (const server of ['apache', 'nginx'] as const) {
  describe(`${server} as the real one`, () => {
    const file = join(import.meta.dirname, '../../../../../testdata/http', `${server}.json`)
    const transcripts = JSON.parse(readFileSync(file, 'utf8')) as HttpTranscript[]
    test(`answers ${transcripts.length} requests alike`, async (t) => {
      await using host = await startDecoy(
        http,
        { persona: server, samples: false },
        { hostname: 'www.example.net' },
      )
      const validators = await validatorsOf(host.port)
      const played: HttpTranscript[] = []
      for (let i = 0; i < transcripts.length; i += 16) {
        const some = transcripts.slice(i, i + 16)
        played.push(...(await Promise.all(some.map((each) => playHttp(host.port, each, validators, each)))))
      }
      const differ: string[] = []
      for (const [i, transcript] of transcripts.entries()) {
        const ours = played[i]!
        await t.test(transcript.name, () => {
          if (
            ours.heard.every((heard, i) => settled(heard) === settled(transcript.heard[i]!)) &&
            ours.ended === transcript.ended
          )
            return
          differ.push(transcript.name)
          if (onPurpose[server]![transcript.name] !== undefined) return
          assert.deepEqual(ours.heard.map(settled), transcript.heard.map(settled))
          assert.equal(ours.ended, transcript.ended, 'whether the connection ends')
        })
      }
      assert.deepEqual(
        differ.sort(),
        Object.keys(onPurpose[server]!).sort(),
        'what differs is what is listed',
      )
      assert.deepEqual(host.faults, [])
    })
  })
}

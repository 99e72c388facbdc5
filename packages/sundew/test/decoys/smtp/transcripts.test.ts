import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { smtp } from '../../../src/decoys/smtp/smtp.ts'
import { startDecoy, until, type TestHost } from '../host.ts'
import { Client } from './client.ts'
import { differences } from './differences.ts'

interface Recording {
  readonly software: string
  readonly hostname: string
  readonly transcripts: readonly {
    readonly name: string
    readonly greeting: string
    readonly turns: readonly { readonly send: string; readonly receive: string }[]
    readonly closed: boolean
  }[]
}

const folder = join(import.meta.dirname, '../../../../../testdata/smtp')

/** Takes out what no two conversations have in common. */
function plain(text: string): string {
  return text
    .replace(/queued as [0-9A-F]{8,12}(?=\r)/g, 'queued as ID')
    .replace(/id=\w{6}-\w{6}-\w{2}(?=\r)/g, 'id=ID')
    .replace(/(ESMTP Exim 4\.96) \w{3}, \d{2} \w{3} \d{4} \d\d:\d\d:\d\d \+0000/g, '$1 DATE')
    .replace(/^334 PD[\w+/]+=*/gm, '334 CHALLENGE')
}

function count(text: string): number {
  return text.split('\n').length - 1
}

for (const [recording, persona] of [
  ['postfix-3.7.11', 'postfix'],
  ['exim-4.96', 'exim'],
] as const) {
  const { software, hostname, transcripts } = JSON.parse(
    readFileSync(join(folder, `${recording}.json`), 'utf8'),
  ) as Recording
  const different = differences[recording]!

  let host: TestHost

  async function replay(transcript: Recording['transcripts'][number]): Promise<[string[], string[]]> {
    const client = new Client(host.connect())
    const real = [transcript.greeting]
    const ours = [await client.lines(count(transcript.greeting))]
    for (const { send, receive } of transcript.turns) {
      client.send(send)
      real.push(`> ${send}`, receive)
      ours.push(`> ${send}`, await client.lines(count(receive)))
    }
    if (transcript.closed) await until(() => client.ended, 'we hang up as the real server did')
    else assert.ok(!client.ended, 'we hang up where the real server did not')
    real.push('')
    ours.push(await client.leave())
    assert.deepEqual(host.faults, [])
    return [real.map(plain), ours.map(plain)]
  }

  describe(`answers as ${software} does`, () => {
    before(async () => {
      host = await startDecoy(
        smtp,
        {
          persona,
          error_sleep_ms: 0,
          auth: { policy: 'listed', accounts: [{ user: 'user', password: 'secret' }] },
        },
        { hostname },
      )
    })
    after(() => host[Symbol.asyncDispose]())

    test('there is a transcript for every difference listed', () => {
      const names = transcripts.map(({ name }) => name)
      for (const name of Object.keys(different)) assert.ok(names.includes(name), name)
    })
    for (const transcript of transcripts) {
      if (transcript.name in different) continue
      test(transcript.name, async () => {
        const [real, ours] = await replay(transcript)
        assert.deepEqual(ours, real)
      })
    }
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { eventLine } from '../../src/cli/event-line.ts'
import { now, rfc3339 } from '../../src/core/clock.ts'
import { uuidv7 } from '../../src/core/id.ts'
import { byteString } from '../../src/event/bytes.ts'
import type { SundewEvent } from '../../src/event/event.ts'
import type { EventRow } from '../../src/hub/api/contract.ts'
import { dataFolder, start, startHub, sundew } from './sundew.ts'

function login(user: string, source = '192.0.2.7'): SundewEvent<'login.attempt'> {
  const moment = now()
  return {
    id: uuidv7(moment),
    time: rfc3339(moment),
    kind: 'login.attempt',
    sensor: 'test',
    session: uuidv7(moment),
    service: 'smtp',
    transport: 'tcp',
    source_ip: source,
    source_port: 40_000,
    destination_ip: '127.0.0.1',
    destination_port: 2525,
    fields: { user_name: byteString(Buffer.from(user, 'latin1')), mechanism: 'PLAIN', accepted: true },
  }
}

/** A `sundew tail` whose output is read as it comes. */
class Tail {
  readonly #child
  out = ''
  err = ''
  readonly ended: Promise<number | null>

  constructor(...args: string[]) {
    this.#child = start(['tail', ...args])
    this.#child.stdout.on('data', (chunk: Buffer) => (this.out += chunk.toString()))
    this.#child.stderr.on('data', (chunk: Buffer) => (this.err += chunk.toString()))
    this.ended = new Promise((resolve) => this.#child.once('close', resolve))
  }

  /** Does something again and again until what is told looks so. */
  async until(what: RegExp, again: () => void = () => {}): Promise<void> {
    for (let i = 0; i < 200; i++) {
      if (what.test(this.out + this.err)) return
      again()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`waited for ${what}; heard ${this.out}${this.err}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGINT')
    assert.equal(await this.ended, 0)
  }
}

test('tail tells what is caught as it comes, harmless, and ends with 0 at Ctrl-C', async () => {
  await using folder = await dataFolder()
  await using hub = await startHub(folder.data)
  await using tail = new Tail('--data', folder.data)
  await tail.until(/ready/, () => hub.live.publish([login('ready')]))
  hub.live.publish([login('root\x1b]52;c;eA==\x07\0\xe2\x80\xae\nforged')])
  await tail.until(/forged/)
  const line = tail.out.split('\n').find((one) => one.includes('forged'))
  assert.match(
    line ?? '',
    /^\d\d:\d\d:\d\d\.\d{3} smtp {2}192\.0\.2\.7:40000 +login\.attempt +user_name="root\\x1b\]52;c;eA==\\x07\\x00\\xe2\\x80\\xae\\x0aforged/,
  )
  assert.doesNotMatch(tail.out, /[\x00-\x09\x0b-\x1f\x7f]/)
})

test('tail --json gives one object a line, of the kinds and addresses asked for alone', async () => {
  await using folder = await dataFolder()
  await using hub = await startHub(folder.data)
  await using tail = new Tail(
    '--data',
    folder.data,
    '--json',
    '--kind',
    'login.attempt',
    '--address',
    '198.51.100.0/24',
  )
  await tail.until(/last/, () =>
    hub.live.publish([login('other', '192.0.2.1'), login('last', '198.51.100.9')]),
  )
  const events = tail.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as EventRow)
  assert.deepEqual(new Set(events.map((event) => event.source_ip)), new Set(['198.51.100.9']))
})

test('tail waits for a hub that is restarted, with a new port and token', async () => {
  await using folder = await dataFolder()
  const first = await startHub(folder.data)
  await using tail = new Tail('--data', folder.data)
  await tail.until(/before/, () => first.live.publish([login('before')]))
  await first[Symbol.asyncDispose]()
  await tail.until(/waiting for it/)
  await using second = await startHub(folder.data)
  await tail.until(/after/, () => second.live.publish([login('after')]))
})

test('tail says what is wrong where no hub runs at first, or it refuses the filter', async () => {
  await using folder = await dataFolder()
  assert.equal((await sundew(['tail', '--data', folder.data])).code, 69)
  await using hub = await startHub(folder.data)
  const { code, stderr } = await sundew(['tail', '--kind', 'no.such', '--data', hub.data])
  assert.equal(code, 2)
  assert.match(stderr, /SUNDEW_API_REQUEST: .*no\.such/)
})

test('a line of a terminal holds no more than fits, whatever a peer sent', () => {
  const event = {
    ...login('x'),
    fields: { a: 'y'.repeat(10_000), b: '漢'.repeat(500), c: ['\x1b[0m', { deep: '\x9b' }] },
  }
  const line = eventLine(event as unknown as EventRow, 80)
  assert.ok(stripVTControlCharacters(line).length <= 80)
  assert.doesNotMatch(stripVTControlCharacters(line), /[\x00-\x1f\x7f-\x9f]/)
})

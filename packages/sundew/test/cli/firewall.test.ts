import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { keepProbes } from '../hub/scans/probes.ts'
import { startKept, type Kept } from './kept.ts'
import { sundew } from './sundew.ts'

const minute = 60_000
const now = Date.now()

let kept: Kept

before(async () => {
  kept = await startKept()
  await keepProbes(kept.writer, [
    { time: now - 50 * minute, source: '203.0.113.7', port: 22, country: 'NL' },
    { time: now - 40 * minute, source: '203.0.113.8', port: 443, kind: 'allow' },
    {
      time: now - 30 * minute,
      source: '2001:db8::7',
      port: 8 * 256,
      protocol: 1,
      flags: 0,
      target: '2001:db8::1',
    },
    { time: now - 20 * minute, source: '198.51.100.9', port: 53, protocol: 17, kind: 'other' },
  ])
  // What a stranger may have got into a line.
  await kept.writer.command({
    query: `INSERT INTO firewall (time, received, kind, source_ip, protocol, destination_port, device, rule)
      SELECT fromUnixTimestamp64Milli({time:Int64}, 'UTC'), now64(3), 'firewall.block', toIPv6('192.0.2.66'), 6, 1, 'gate', unhex('1B5B33316DFF207C')`,
    query_params: { time: now - 10 * minute },
  })
})
after(() => kept[Symbol.asyncDispose]())

async function sources(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await sundew(['firewall', '--json', ...args, '--data', kept.data])
  assert.equal(code, 0, stderr)
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => (JSON.parse(line) as { source_ip: string }).source_ip)
}

test('lines are told newest first, by source, port, protocol, kind and time', async () => {
  const all = ['192.0.2.66', '198.51.100.9', '2001:db8::7', '203.0.113.8', '203.0.113.7']
  assert.deepEqual(await sources(), all)
  assert.deepEqual(await sources('--oldest'), all.toReversed())
  assert.deepEqual(await sources('--limit', '2'), all.slice(0, 2))
  assert.deepEqual(await sources('--source', '203.0.113.0/24'), ['203.0.113.8', '203.0.113.7'])
  assert.deepEqual(await sources('--source', '203.0.113.0/24', '--kind', 'block'), ['203.0.113.7'])
  assert.deepEqual(await sources('--port', '50-60,443'), ['198.51.100.9', '203.0.113.8'])
  assert.deepEqual(await sources('--port', '2048'), [], 'type and code of ICMP are no port')
  assert.deepEqual(await sources('--port', '2048', '--protocol', 'icmp'), ['2001:db8::7'])
  assert.deepEqual(await sources('--protocol', 'udp'), ['198.51.100.9'])
  assert.deepEqual(await sources('--country', 'nl'), ['203.0.113.7'])
  assert.deepEqual(await sources('--since', '35m', '--before', '15m'), ['198.51.100.9', '2001:db8::7'])
})

test('a table is harmless, whatever a stranger got into a line', async () => {
  const { stdout } = await sundew(['firewall', '--data', kept.data])
  const [head, ...lines] = stdout.split('\n')
  assert.match(
    head!,
    /^time \(UTC\) +kind +protocol +source +from +port +destination +port +flags +device +rule$/,
  )
  assert.doesNotMatch(stdout, /\u001b\[31m/)
  assert.match(lines[0]!, / block +tcp +192\.0\.2\.66 .* gate +\\x1b\[31m/)
  assert.match(lines[2]!, / block +icmp +2001:db8::7 .* 8\/0$/)
  assert.match(lines[4]!, / block +tcp +203\.0\.113\.7 +NL +40000 +203\.0\.113\.1 +22 +\.S\.+$/)
})

test('what is no kind or field is said', async () => {
  for (const [args, said] of [
    [['--kind', 'drop'], /--kind drop: it should be one of block, allow, other/],
    [['--fields', 'time,colour'], /--fields colour: it should be all, or some of time, /],
  ] as const) {
    const { code, stderr } = await sundew(['firewall', ...args, '--data', kept.data])
    assert.notEqual(code, 0)
    assert.match(stderr, said)
  }
})

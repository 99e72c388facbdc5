import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import type { E2eCheck } from './check.ts'
import { Instance, waitFor } from './instance.ts'
import { devices, programFor, type Device } from './telnet/device.ts'
import { load } from './telnet/loader.ts'
import { askAll, tells } from './telnet/tells.ts'

/** Its settings, but for the persona: whoever comes is let in. */
const config = (persona: Device['persona']) => ({ decoys: { telnet: { persona, auth: { policy: 'any' } } } })

export const checks: readonly E2eCheck[] = [
  ...devices.flatMap((device): E2eCheck[] => [
    {
      name: `Mirai’s loader gets onto ${device.persona}, and what it brings is kept as it came`,
      needs: [],
      async run() {
        await using instance = await Instance.start({ config: config(device.persona) })
        const program = programFor(device, randomBytes(900))
        const { commands } = await load(instance.ports.telnet, device, program)
        const { session } = await waitFor(async () => {
          const recorded = await instance.query<{ session: string }>(
            "SELECT session FROM events WHERE kind = 'session.recorded'",
          )
          return recorded[0]
        })
        await instance.stored()
        const events = (kind: string, columns: string) =>
          instance.query(
            `SELECT ${columns} FROM events WHERE kind = '${kind}' AND session = '${session}' ORDER BY time, id`,
          )
        const ran = await events('command.run', 'command')
        assert.deepEqual(
          ran.map(({ command }) => command),
          commands,
        )
        const sha256 = createHash('sha256').update(program).digest('hex')
        const files = await events('file.captured', 'file_sha256, toUInt64(fields.size_bytes) AS size_bytes')
        assert(
          files.some(
            (file) => file['file_sha256'] === sha256 && Number(file['size_bytes']) === program.length,
          ),
          JSON.stringify(files),
        )
        const kept = await instance.api(`/files/${sha256}`)
        assert.equal(kept.status, 200)
        assert.deepEqual(Buffer.from(await kept.arrayBuffer()), program)
        const wanted = await events('file.download_requested', 'url')
        assert.deepEqual(
          wanted.map(({ url }) => url),
          [`http://127.0.0.1:8080/bins/mirai.${device.suffix}`, `tftp://127.0.0.1/mirai.${device.suffix}`],
        )
        const recorded = await events('session.recorded', 'toUInt64(fields.commands) AS n')
        const counted = recorded.reduce((sum, { n }) => sum + Number(n), 0)
        assert.equal(counted, commands.length)
      },
    },
    {
      name: `none of ${tells.length} tells of decoys is found on ${device.persona}`,
      needs: [],
      async run({ figure }) {
        await using instance = await Instance.start({ config: config(device.persona) })
        const found = await askAll(instance.ports.telnet, device)
        figure(`tells_${device.persona}`, { tried: tells.length, found: found.length })
        assert.deepEqual(found, [])
      },
    },
  ]),
  {
    name: 'a person at a real telnet logs in, edits a line, interrupts a program and leaves',
    needs: [
      { command: 'telnet', package: 'inetutils-telnet' },
      { command: 'python3', package: 'python3' },
    ],
    async run() {
      await using instance = await Instance.start({ config: config('busybox-camera') })
      const screen = await typed(instance.ports.telnet, [
        ['login: ', 'root\r'],
        ['Password: ', 'xmhdipc\r'],
        ['/ # ', 'echo onX\x7fe\r'],
        ['one\r\n/ # ', 'ping 127.0.0.1\r'],
        ['seq=1 ', '\x03'],
        ['/ # ', 'cd /var/tm\t\r'],
        ['/var/tmp # ', 'exit\r'],
        ['closed by foreign host', ''],
      ])
      assert.match(screen, /BusyBox v1\.20\.2 .* built-in shell \(ash\)\r\nEnter 'help' for a list/)
      assert.doesNotMatch(screen, /\x1b\[\?2004/)
      await waitFor(async () => {
        const [row] = await instance.query("SELECT count() AS n FROM events WHERE kind = 'session.recorded'")
        return Number(row?.['n']) > 0
      })
    },
  },
]

/** Waits under a pty for each text that `telnet` shows, and types what goes with it. */
const typist = `
import json, os, pty, select, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp('telnet', ['telnet', '127.0.0.1', sys.argv[1]])
seen, start = b'', 0
for text, keys in json.loads(sys.argv[2]):
    limit = time.time() + 20
    text = text.encode('latin1')
    while text not in seen[start:]:
        if time.time() > limit or not select.select([fd], [], [], 20)[0]:
            sys.exit('waited for %r, saw %r' % (text, seen[start:]))
        try:
            part = os.read(fd, 65536)
        except OSError:
            part = b''
        if not part:
            sys.exit('ended before %r, saw %r' % (text, seen[start:]))
        seen += part
    start = seen.index(text, start) + len(text)
    os.write(fd, keys.encode('latin1'))
sys.stdout.buffer.write(seen)
`

function typed(port: number, steps: readonly (readonly [shown: string, keys: string])[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', ['-c', typist, String(port), JSON.stringify(steps)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [out, errors] = ['', '']
    child.stdout.setEncoding('latin1').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('latin1').on('data', (text: string) => (errors += text))
    child.on('error', reject)
    child.on('close', (status) => (status === 0 ? resolve(out) : reject(new Error(errors))))
  })
}

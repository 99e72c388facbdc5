import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { E2eCheck, E2eContext } from './check.ts'

const ssh = { command: 'ssh', package: 'openssh-client' }
const python = { command: 'python3', package: 'python3' }

/** Real clients on a machine of make-believe. */
export const checks: readonly E2eCheck[] = [
  {
    name: 'a command over SSH says what it says on the right channel, and how it ended',
    needs: [ssh],
    async run(context) {
      const ran = await run(context, 'ssh', ['echo out; echo err >&2; exit 7'])
      assert.deepEqual(ran, { status: 7, stdout: 'out\n', stderr: 'err\n' })
      assert.equal((await run(context, 'ssh', ['kill -9 $$'])).status, 255)
      await context.waitFor(async () => (await commands(context)).includes('echo out; echo err >&2; exit 7'))
    },
  },
  {
    name: 'who comes back finds what they left, and a file that was piped in is kept',
    needs: [ssh],
    async run(context) {
      const bytes = randomBytes(300_000)
      assert.equal((await run(context, 'ssh', ['cat > /root/x.bin'], bytes)).status, 0)
      assert.match((await run(context, 'ssh', ['ls -l /root'])).stdout, / 300000 .*x\.bin/)
      await captured(context, bytes, '/root/x.bin')
    },
  },
  {
    name: 'sftp and scp bring files and fetch them again; each is kept',
    needs: [
      ssh,
      { command: 'sftp', package: 'openssh-client' },
      { command: 'scp', package: 'openssh-client' },
    ],
    async run(context) {
      const [first, second] = [randomBytes(200_000), randomBytes(100_000)]
      const [one, back] = [join(context.temp, 'one'), join(context.temp, 'back')]
      const two = join(context.temp, 'two')
      await writeFile(one, first)
      await writeFile(two, second)
      const transfer = await run(
        context,
        'sftp',
        [],
        Buffer.from(`put ${one} /tmp/one\nget /tmp/one ${back}\n`),
      )
      assert.equal(transfer.status, 0, transfer.stderr)
      assert.deepEqual(await readFile(back), first)
      assert.equal((await run(context, 'scp', [two])).status, 0)
      await captured(context, first, '/tmp/one')
      await captured(context, second, '/tmp/upload')
    },
  },
  {
    name: 'a shell at a terminal greets, edits lines, completes names, is interrupted and recorded',
    needs: [ssh, python],
    async run(context) {
      const keys = [
        'echo onX\x7fe\r',
        'cat /etc/hostn\t\r',
        'cat\r',
        '\x03',
        'echo $?\r',
        '\x1b[A\x1b[A\x1b[A\x1b[D\x1b[D\x15echo again \r',
        'exit 3\r',
      ]
      const { status, stdout } = await run(context, 'tty', [JSON.stringify(keys)])
      assert.equal(status, 0, stdout)
      assert.match(stdout, /GNU\/Linux comes with ABSOLUTELY NO WARRANTY/)
      assert.match(stdout, /root@mx:~# /)
      assert.match(stdout, /2004l\rone\r\n/)
      assert.match(stdout, /cat \/etc\/hostname /)
      assert.match(stdout, /2004l\rmx\r\n/)
      assert.match(stdout, /\^C\r\n/)
      assert.match(stdout, /2004l\r130\r\n/)
      assert.match(stdout, /\nstatus 3\n/)
      await context.waitFor(async () => (await commands(context)).includes('cat /etc/hostname'))
      await context.waitFor(async () => {
        const [row] = await context.query("SELECT count() AS n FROM events WHERE kind = 'session.recorded'")
        return Number(row?.['n']) > 0
      })
    },
  },
]

async function commands(context: E2eContext): Promise<string[]> {
  const rows = await context.query("SELECT command FROM events WHERE kind = 'command.run'")
  return rows.map((row) => String(row['command']).trim())
}

async function captured(context: E2eContext, bytes: Buffer, path: string): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await context.waitFor(async () => {
    const rows = await context.query(
      `SELECT concat(toString(fields), file_sha256) AS f FROM events WHERE kind = 'file.captured'`,
    )
    return rows.some(({ f }) => {
      const text = String(f).replaceAll('\\/', '/')
      return text.includes(sha256) && text.includes(path)
    })
  })
}

const options = [
  '-F',
  'none',
  '-o',
  'StrictHostKeyChecking=no',
  '-o',
  'UserKnownHostsFile=/dev/null',
  '-o',
  'LogLevel=ERROR',
  '-o',
  'PubkeyAuthentication=no',
]

/** Types into `ssh -tt` under a pty, key by key, and prints what it showed and its exit status. */
const typist = `
import json, os, pty, select, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp('ssh', ['ssh', '-tt'] + sys.argv[2:])
def read(wait):
    while select.select([fd], [], [], wait)[0]:
        try:
            part = os.read(fd, 65536)
        except OSError:
            return
        if not part:
            return
        sys.stdout.buffer.write(part)
        sys.stdout.flush()
read(3)
for keys in json.loads(sys.argv[1]):
    os.write(fd, keys.encode('latin1'))
    read(0.8)
print('\\nstatus', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

function run(
  context: E2eContext,
  client: 'ssh' | 'sftp' | 'scp' | 'tty',
  args: readonly string[],
  input?: Buffer,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const port = String(context.ports.ssh)
  const host = 'root@127.0.0.1'
  const [command, all]: [string, string[]] =
    client === 'ssh'
      ? ['ssh', [...options, '-p', port, host, ...args]]
      : client === 'sftp'
        ? ['sftp', [...options, '-P', port, host]]
        : client === 'scp'
          ? ['scp', [...options, '-P', port, ...args, `${host}:/tmp/upload`]]
          : ['python3', ['-c', typist, ...args, ...options, '-p', port, host]]
  const child = spawn(command, all, {
    env: { ...process.env, TERM: 'xterm', SSH_ASKPASS: '/bin/echo', SSH_ASKPASS_REQUIRE: 'force' },
    timeout: 60_000,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('latin1').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('latin1').on('data', (text: string) => (stderr += text))
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })))
}

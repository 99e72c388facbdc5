/**
 * Writes down what Debian 12 says to each line of testdata/machine/wrong-usage.txt. Run by hand, as root, on a Debian 12 that may be thrown
 * away: useradd, usermod, passwd, ip and pkill are among them, with words that are wrong.
 *
 *     node packages/sundew/test/machine/programs/system/record-wrong-usage.ts
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { shortUsage } from './short-usage.ts'

const folder = new URL('../../../../../../testdata/machine/', import.meta.url)
const paths = ['/usr/bin', '/usr/sbin', '/bin', '/sbin']

const recorded: unknown[] = []
for (const command of readFileSync(new URL('wrong-usage.txt', folder), 'utf8').trimEnd().split('\n')) {
  const [name, ...args] = command.split(' ')
  const program = paths.map((path) => `${path}/${name!}`).find((path) => existsSync(path))
  if (program === undefined) {
    console.warn(`not here: ${command}`)
    continue
  }
  const told = spawnSync(program, args, {
    argv0: name!,
    cwd: '/tmp',
    input: '',
    env: { PATH: paths.join(':'), LANG: 'C.UTF-8', COLUMNS: '80' },
    timeout: 10_000,
  })
  recorded.push({
    command,
    status: told.status,
    out: shortUsage(command, told.stdout.toString('latin1')),
    err: shortUsage(command, told.stderr.toString('latin1')),
  })
}
writeFileSync(new URL('wrong-usage.json', folder), `${JSON.stringify(recorded, null, 1)}\n`)

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FileError } from '../../../src/machine/files/file-system.ts'
import type { PersonaName } from '../../../src/machine/persona.ts'
import { onMachine } from '../programs/system/on-machine.ts'

const names: readonly PersonaName[] = ['debian-12', 'router-mips', 'camera-arm']

for (const persona of names) {
  describe(`/proc and /sys of ${persona}`, () => {
    const on = onMachine({ persona })
    const read = (path: string): string => Buffer.from(on.machine.files.read(path)).toString('latin1')

    it('can be walked and read whole, and no hole of ours shows', () => {
      let count = 0
      const walk = (path: string): void => {
        for (const name of on.machine.files.list(path)) {
          const below = `${path}/${name}`
          const { type } = on.machine.files.lstat(below)
          count++
          if (type === 'link') {
            if (name !== 'exe' && name !== 'self' && name !== 'thread-self') on.machine.files.readLink(below)
          } else if (type === 'directory') {
            if (!/^\/proc\/\d+\/task\/\d+$/.test(below)) walk(below)
          } else {
            try {
              assert.doesNotMatch(read(below), /undefined|NaN|\[object/, below)
            } catch (error) {
              assert.ok(error instanceof FileError, `${below}: ${String(error)}`)
            }
          }
        }
      }
      walk('/proc')
      walk('/sys')
      assert.ok(count > 800, String(count))
    })
    it('says what uname says', async () => {
      const { kernel } = on.machine.persona
      assert.ok(read('/proc/version').startsWith(`Linux version ${kernel.release} (`))
      assert.equal(read('/proc/sys/kernel/osrelease'), `${kernel.release}\n`)
      assert.equal((await on.run(['uname', '-srm'])).out, `Linux ${kernel.release} ${kernel.machine}\n`)
    })
    it('has the forms that programs read', () => {
      assert.match(read('/proc/uptime'), /^\d+\.\d\d \d+\.\d\d\n$/)
      assert.match(read('/proc/loadavg'), /^\d+\.\d\d \d+\.\d\d \d+\.\d\d \d+\/\d+ \d+\n$/)
      assert.match(
        read('/proc/stat'),
        /^cpu {2}(\d+ ){9}\d+\n(cpu\d (\d+ ){9}\d+\n)+intr \d[\d ]*\nctxt \d+\nbtime \d+\nprocesses \d+\n/,
      )
      for (const line of read('/proc/meminfo').trim().split('\n')) assert.match(line, /^[\w()]+: +\d+( kB)?$/)
      const stat = read(`/proc/${on.shellPid}/stat`)
      assert.match(stat, /^\d+ \(bash\) [SR] /)
      assert.equal(stat.trim().split(' ').length, 52)
      assert.match(
        read('/proc/sys/kernel/random/uuid'),
        /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}\n$/,
      )
      assert.notEqual(read('/proc/sys/kernel/random/uuid'), read('/proc/sys/kernel/random/uuid'))
      assert.equal(read('/proc/sys/kernel/random/boot_id'), read('/proc/sys/kernel/random/boot_id'))
    })
    it('memory is what the persona has', () => {
      const [, total] = /^MemTotal: +(\d+)/.exec(read('/proc/meminfo'))!
      assert.equal(Number(total), on.machine.persona.memoryKb)
    })
    it('nothing can be made in it', () => {
      assert.throws(() => on.machine.files.write('/proc/new', Buffer.from('x')), { code: 'ENOENT' })
      assert.throws(() => on.machine.files.makeDirectory('/proc/new'), { code: 'ENOENT' })
    })
  })
}

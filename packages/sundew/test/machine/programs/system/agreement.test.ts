import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readLastLogin } from '../../../../src/machine/files/last-logins.ts'
import { find } from '../../../../src/machine/programs/programs.ts'
import { onMachine, type OnMachine } from './on-machine.ts'

const read = (on: OnMachine, path: string): string =>
  Buffer.from(on.machine.files.read(path)).toString('latin1')
const user = { uid: 1000, gid: 1000, groups: [1000] }
/** A clock that stands still unless it is told. */
function stopped(): { now: () => number; pass: (ms: number) => void } {
  let ms = Date.UTC(2026, 10, 25, 13, 0, 0)
  return { now: () => ms, pass: (more) => void (ms += more) }
}

describe('what a machine says of itself agrees', () => {
  it("free's numbers are those of /proc/meminfo", async () => {
    const on = onMachine({ now: stopped().now })
    const { out } = await on.run(['free', '-w'])
    const [, , total, used, free, shared, buffers, cache, available] = out
      .match(/\d+|Mem:/g)!
      .map((word, at) => (at < 1 ? word : Number(word)))
      .reduce<(string | number)[]>((all, one) => [...all, one], [''])
    const info = new Map(
      [...read(on, '/proc/meminfo').matchAll(/^(\S+): +(\d+)/gm)].map(([, name, kb]) => [name!, Number(kb)]),
    )
    assert.equal(total, info.get('MemTotal'))
    assert.equal(shared, info.get('Shmem'))
    assert.equal(buffers, info.get('Buffers'))
    // The process that looks takes some itself, in both.
    assert.ok(Math.abs(Number(free) - info.get('MemFree')!) < 8192)
    assert.ok(Math.abs(Number(cache) - info.get('Cached')! - info.get('SReclaimable')!) < 8192)
    assert.equal(Number(used) + Number(available), total)
  })
  it('memory adds up, whenever one looks', () => {
    const clock = stopped()
    const on = onMachine({ now: clock.now })
    const seen = new Set<number>()
    for (let look = 0; look < 200; look++) {
      clock.pass(1 + look * 977)
      const { memory } = on.machine.measure()
      const used = memory.total - memory.free - memory.buffers - memory.cached - memory.reclaimable
      assert.ok(used > 0 && memory.free > 0 && memory.available <= memory.total)
      assert.notEqual(memory.free, 997_740)
      for (const kb of Object.values(memory)) assert.equal(kb % 4, 0)
      seen.add(memory.free)
    }
    assert.ok(seen.size > 150)
  })
  it('two looks with free differ', async () => {
    const on = onMachine({ now: stopped().now })
    const first = await on.run(['free'])
    const second = await on.run(['free'])
    assert.notEqual(first.out, second.out)
  })
  it('counters only grow', () => {
    const clock = stopped()
    const on = onMachine({ now: clock.now })
    let before = on.machine.measure()
    for (let look = 0; look < 500; look++) {
      clock.pass(10 + ((look * 7919) % 60_000))
      const now = on.machine.measure()
      assert.ok(now.interrupts >= before.interrupts && now.contextSwitches >= before.contextSwitches)
      assert.ok(now.processesStarted >= before.processesStarted && now.idleSeconds >= before.idleSeconds)
      for (const [cpu, ticks] of now.ticks.entries())
        for (const [at, tick] of ticks.entries()) assert.ok(tick >= before.ticks[cpu]![at]!)
      for (const [at, one] of now.interfaces.entries()) {
        assert.ok(
          one.receivedBytes >= before.interfaces[at]!.receivedBytes &&
            one.sentPackets >= before.interfaces[at]!.sentPackets,
        )
      }
      before = now
    }
  })
  it('uptime, w, top and /proc/uptime tell the same time', async () => {
    const on = onMachine({ now: stopped().now })
    const line = (await on.run(['uptime'])).out.trim()
    assert.match(
      line,
      /^13:00:00 up (\d+ days?, )?( ?\d+:\d\d|\d+ min),  1 user,  load average: \d+\.\d\d, \d+\.\d\d, \d+\.\d\d$/,
    )
    const up = line.slice(0, line.indexOf(', load'))
    assert.ok((await on.run(['w'])).out.split('\n')[0]!.trim().startsWith(up))
    assert.ok((await on.run(['top', '-bn1'])).out.startsWith(`top - ${up}`))
    const seconds = Number(read(on, '/proc/uptime').split(' ')[0])
    const days = Number(/up (\d+) day/.exec(line)?.[1] ?? 0)
    assert.equal(Math.floor(seconds / 86_400), days)
  })
  it('ps lists what /proc has, the own shell and itself with the right parents', async () => {
    const on = onMachine()
    const { out } = await on.run(['ps', '-ef'])
    const rows = out.trim().split('\n').slice(1)
    for (const row of rows) assert.match(row, /^\S+ +\d+ +\d+ +\d+ \S{5} \S+ +(\d+-)?\d\d:\d\d:\d\d .+$/)
    const pids = rows.map((row) => row.trim().split(/\s+/)[1]!)
    const listed = on.machine.files.list('/proc').filter((name) => /^\d+$/.test(name))
    assert.deepEqual(new Set(pids.slice(0, -1)), new Set(listed))
    const own = rows.at(-1)!.trim().split(/\s+/)
    assert.equal(own[2], String(on.shellPid))
    assert.equal(own.slice(7).join(' '), 'ps -ef')
    const short = (await on.run(['ps'])).out
    assert.match(
      short,
      /^    PID TTY          TIME CMD\n *\d+ pts\/0    00:00:00 bash\n *\d+ pts\/0    00:00:00 ps\n$/,
    )
  })
  it('the number of processors is one number', async () => {
    const on = onMachine()
    const count = Number((await on.run(['nproc'])).out)
    assert.equal(read(on, '/proc/cpuinfo').match(/^processor/gm)!.length, count)
    assert.match((await on.run(['lscpu'])).out, new RegExp(`^CPU\\(s\\): +${count}$`, 'm'))
    assert.equal(read(on, '/proc/stat').match(/^cpu\d/gm)!.length, count)
  })
  it('the name is one name, and a new one is known everywhere', async () => {
    const on = onMachine()
    await on.run(['hostname', 'db7'])
    assert.equal((await on.run(['hostname'])).out, 'db7\n')
    assert.equal((await on.run(['uname', '-n'])).out, 'db7\n')
    assert.equal(read(on, '/proc/sys/kernel/hostname'), 'db7\n')
    assert.match((await on.run(['hostnamectl'])).out, /Static hostname: db7\n/)
    assert.equal((await on.run(['sysctl', '-n', 'kernel.hostname'])).out, 'db7\n')
  })
  it('df, mount and /proc/mounts have the same mounts', async () => {
    const on = onMachine()
    const mounts = (await on.run(['mount'])).out.trim().split('\n')
    const proc = read(on, '/proc/self/mounts'.replace('self', String(on.shellPid)))
      .trim()
      .split('\n')
    assert.deepEqual(
      mounts.map((line) => line.replace(/^(\S+) on (\S+) type (\S+) \((.*)\)$/, '$1 $2 $3 $4 0 0')),
      proc,
    )
    for (const line of (await on.run(['df'])).out.trim().split('\n').slice(1)) {
      assert.match(line, /^\S+ +\d+ +\d+ +\d+ +\d+% \/\S*$/)
      assert.ok(proc.some((one) => one.split(' ')[1] === line.split(/\s+/).at(-1)))
    }
  })
  it('ip, ifconfig and /proc/net/dev count the same', async () => {
    const on = onMachine({ now: stopped().now })
    const { interface: name, address } = on.machine.network
    const [bytes] = new RegExp(`${name}: +(\\d+)`).exec(read(on, `/proc/${on.shellPid}/net/dev`))!.slice(1)
    assert.match((await on.run(['ifconfig'])).out, new RegExp(`bytes ${bytes!} `))
    assert.match((await on.run(['ip', '-s', 'link'])).out, new RegExp(` ${bytes!} `))
    assert.match((await on.run(['ip', 'addr'])).out, new RegExp(`inet ${address}/24 brd`))
    assert.equal((await on.run(['hostname', '-I'])).out, `${address} \n`)
  })
  it('the own connection and login are seen', async () => {
    const on = onMachine()
    assert.match(
      (await on.run(['netstat', '-tn'])).out,
      /^tcp +0 +0 198\.51\.100\.20:22 +192\.0\.2\.77:50122 +ESTABLISHED *$/m,
    )
    assert.match((await on.run(['ss', '-tn'])).out, /^ESTAB 0 +0 +198\.51\.100\.20:22 +192\.0\.2\.77:50122/m)
    assert.match(read(on, `/proc/${on.shellPid}/net/tcp`), / 146433C6:0016 4D0200C0:C3CA 01 /)
    assert.match(
      (await on.run(['who'])).out,
      /^root     pts\/0        \d{4}-\d\d-\d\d \d\d:\d\d \(192\.0\.2\.77\)\n$/,
    )
    assert.match((await on.run(['w', '-h'])).out, /^root     pts\/0    192\.0\.2\.77/)
    assert.match(
      (await on.run(['last'])).out,
      /^root     pts\/0        192\.0\.2\.77 +... ... .\d \d\d:\d\d   still logged in$/m,
    )
  })
  it('last, lastlog and /var/log/lastlog know the same last login', async () => {
    const on = onMachine({ now: stopped().now })
    const before = on.machine.logins.findLast((one) => one.untilMs !== undefined)!
    assert.deepEqual(readLastLogin(on.machine.files, 0), {
      ms: Math.floor(before.sinceMs / 1000) * 1000,
      tty: before.tty,
      host: before.from,
    })
    const stamp = (text: string): string => /[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d/.exec(text)![0]
    const [, past] = (await on.run(['last'])).out.split('\n')
    const log = (await on.run(['lastlog', '-u', 'root'])).out.split('\n')[1]!
    assert.equal(stamp(log), stamp(past!))
    assert.ok(log.includes(before.from) && past!.includes(before.from))
  })
  it('who left is noted in last, with the end', async () => {
    const clock = stopped()
    const on = onMachine({ now: clock.now })
    const { pid } = on.machine.loggedIn[0]!
    clock.pass(120_000)
    on.machine.logOut(pid)
    assert.match((await on.run(['last'])).out, /^root .* 13:00 - 13:02  \(00:02\)$/m)
  })
  it('the files of daemons hold their numbers', async () => {
    const on = onMachine()
    assert.equal(read(on, '/run/crond.pid'), (await on.run(['pgrep', '-x', 'cron'])).out)
    assert.ok(
      (await on.run(['pgrep', '-x', 'sshd'])).out.split('\n').includes(read(on, '/run/sshd.pid').trim()),
    )
  })
  it('what lies in memory is as old as the start', () => {
    const on = onMachine()
    for (const path of ['/dev', '/dev/null', '/dev/shm', '/run', '/run/lock', '/run/sshd.pid'])
      assert.equal(on.machine.files.stat(path).mtimeMs, on.machine.bootMs)
  })
  it('what was typed before is what is there', async () => {
    for (const secret of ['a', 'b', 'c']) {
      const on = onMachine({ secret })
      for (const line of read(on, '/root/.bash_history').trim().split('\n')) {
        const [name] = line.split(' ')
        if (name === 'cd' || name === 'exit') continue
        assert.ok(
          ['/usr/bin', '/usr/sbin'].some((folder) => on.machine.files.exists(`${folder}/${name!}`)),
          line,
        )
        assert.notEqual(find(name!), undefined, line)
      }
    }
  })
})

describe('a machine', () => {
  it('is the same for the same source, and another for another', () => {
    const clock = stopped()
    const [a, b, c] = [onMachine(clock), onMachine(clock), onMachine({ ...clock, source: '192.0.2.78' })]
    assert.equal(a.machine.bootMs, b.machine.bootMs)
    assert.deepEqual(a.machine.measure(), b.machine.measure())
    assert.deepEqual(a.machine.network, b.machine.network)
    assert.notEqual(a.machine.network.mac, c.machine.network.mac)
    assert.ok(a.machine.now() - a.machine.bootMs > 86_400_000)
  })
  it('is busier while something runs, and calms down after', () => {
    const clock = stopped()
    const on = onMachine({ now: clock.now })
    const miner = on.machine.processes.add({
      parent: 1,
      credentials: user,
      argv: ['./xmrig'],
      executable: '/tmp/xmrig',
      directory: '/tmp',
      environment: new Map(),
    })
    miner.state = 'R'
    const [before] = on.machine.measure().loadAverages
    clock.pass(120_000)
    const [during, five] = on.machine.measure().loadAverages
    assert.ok(during > before + 0.7 && five < during)
    on.machine.processes.remove(miner.pid)
    clock.pass(600_000)
    assert.ok(on.machine.measure().loadAverages[0] < 0.5)
  })
  it('starts anew after a reboot: sessions end, the time since is short', async () => {
    const on = onMachine()
    const before = on.machine.bootMs
    await on.run(['reboot'])
    assert.ok(on.machine.bootMs > before)
    assert.equal(on.machine.loggedIn.length, 0)
  })
  it('a command that is deleted shows so in /proc', () => {
    const on = onMachine()
    on.machine.files.write('/tmp/kinsing', Buffer.from('x'), 0o755)
    const { pid } = on.machine.processes.add({
      parent: 1,
      credentials: user,
      argv: ['./kinsing'],
      executable: '/tmp/kinsing',
      directory: '/tmp',
      environment: new Map([['A', 'b']]),
    })
    assert.equal(on.machine.files.readLink(`/proc/${pid}/exe`), '/tmp/kinsing')
    on.machine.files.unlink('/tmp/kinsing')
    assert.equal(on.machine.files.readLink(`/proc/${pid}/exe`), '/tmp/kinsing (deleted)')
    assert.equal(read(on, `/proc/${pid}/environ`), 'A=b\0')
    assert.throws(() => on.machine.files.as({ uid: 33, gid: 33, groups: [] }).read(`/proc/${pid}/environ`), {
      code: 'EACCES',
    })
  })
  it('/proc is not to be written', () => {
    const on = onMachine()
    assert.throws(() => on.machine.files.write('/proc/x', Buffer.from('y')))
    assert.throws(() => on.machine.files.write('/proc/version', Buffer.from('y')))
  })
  it('keeps the own program readable under /proc/self/exe', () => {
    const on = onMachine()
    const files = on.machine.files.as({ uid: 0, gid: 0, groups: [0] }, on.shellPid)
    const file = files.open('/proc/self/exe', { read: true })
    assert.equal(Buffer.from(file.read(4)).toString('latin1'), '\x7fELF')
    file.close()
  })
})

describe('accounts', () => {
  it('useradd makes somebody that id and su know', async () => {
    const on = onMachine()
    assert.equal((await on.run(['useradd', '-m', '-s', '/bin/bash', '-G', 'sudo', 'pi'])).status, 0)
    assert.match(
      (await on.run(['id', 'pi'])).out,
      /^uid=(\d+)\(pi\) gid=\1\(pi\) groups=\1\(pi\),27\(sudo\)\n$/,
    )
    const set = await on.run(['chpasswd'], { stdin: 'pi:raspberry\n' })
    assert.equal(set.status, 0)
    assert.deepEqual(set.happenings, [
      { type: 'secret', user: 'pi', password: 'raspberry', program: 'chpasswd' },
    ])
    const { uid, gid } = on.machine.files.stat('/home/pi')
    const wrong = await on.run(['su', 'root', '-c', 'id'], {
      as: { uid, gid, groups: [gid] },
      stdin: 'guess\n',
    })
    assert.equal(wrong.status, 1)
    assert.equal(wrong.err, 'Password: su: Authentication failure\n')
    assert.match(read(on, '/etc/shadow'), /^pi:\$y\$j9T\$[./0-9A-Za-z]{22}\$[./0-9A-Za-z]{43}:\d+:/m)
  })
  it('passwd asks twice, and tells what was typed', async () => {
    const on = onMachine()
    const ran = await on.run(['passwd'], { stdin: 'secret1\nsecret1\n' })
    assert.equal(ran.err, 'New password: Retype new password: passwd: password updated successfully\n')
    assert.deepEqual(ran.happenings, [
      { type: 'secret', user: 'root', password: 'secret1', program: 'passwd' },
    ])
    const other = await on.run(['passwd'], { stdin: 'a\nb\n' })
    assert.equal(other.status, 10)
  })
  it('crontab keeps a table, and refuses a wrong one', async () => {
    const on = onMachine()
    assert.equal((await on.run(['crontab', '-l'])).err, 'no crontab for root\n')
    assert.equal(
      (await on.run(['crontab', '-'], { stdin: '*/5 * * * * /tmp/.x >/dev/null 2>&1\n' })).status,
      0,
    )
    assert.equal((await on.run(['crontab', '-l'])).out, '*/5 * * * * /tmp/.x >/dev/null 2>&1\n')
    assert.equal(read(on, '/var/spool/cron/crontabs/root'), '*/5 * * * * /tmp/.x >/dev/null 2>&1\n')
    const wrong = await on.run(['crontab', '-'], { stdin: '99 * * * * x\n' })
    assert.equal(wrong.err, '"-":1: bad minute\nerrors in crontab file, can\'t install.\n')
    await on.run(['crontab', '-r'])
    assert.equal((await on.run(['crontab', '-l'])).status, 1)
  })
  it('others than root may not', async () => {
    const on = onMachine()
    assert.equal(
      (await on.run(['useradd', 'x'], { as: user })).err,
      'useradd: Permission denied.\nuseradd: cannot lock /etc/passwd; try again later.\n',
    )
    assert.match((await on.run(['kill', '-9', '1'], { as: user })).err, /Operation not permitted/)
    assert.equal(
      (await on.run(['hostname', 'x'], { as: user })).err,
      'hostname: you must be root to change the host name\n',
    )
  })
})

describe('what is changed is kept', () => {
  it('rules of the firewall', async () => {
    const on = onMachine()
    await on.run(['iptables', '-A', 'INPUT', '-p', 'tcp', '--dport', '22', '-j', 'DROP'])
    assert.match(
      (await on.run(['iptables', '-nL', 'INPUT'])).out,
      /^DROP       6    --  0\.0\.0\.0\/0            0\.0\.0\.0\/0            tcp dpt:22$/m,
    )
    assert.match((await on.run(['iptables', '-S'])).out, /^-A INPUT -p tcp --dport 22 -j DROP$/m)
    await on.run(['iptables', '-F'])
    assert.doesNotMatch((await on.run(['iptables', '-S'])).out, /DROP/)
  })
  it('settings of the kernel', async () => {
    const on = onMachine()
    assert.equal((await on.run(['sysctl', '-w', 'vm.nr_hugepages=128'])).out, 'vm.nr_hugepages = 128\n')
    assert.equal(read(on, '/proc/sys/vm/nr_hugepages'), '128\n')
  })
  it('services: stopped ones are gone from ps', async () => {
    const on = onMachine()
    assert.equal((await on.run(['systemctl', 'is-active', 'cron'])).out, 'active\n')
    await on.run(['systemctl', 'stop', 'cron'])
    assert.equal((await on.run(['systemctl', 'is-active', 'cron'])).out, 'inactive\n')
    assert.equal((await on.run(['pgrep', '-x', 'cron'])).status, 1)
    await on.run(['service', 'cron', 'start'])
    assert.match((await on.run(['pgrep', '-a', '-x', 'cron'])).out, /^\d+ \/usr\/sbin\/cron -f\n$/)
  })
})

describe('the disk', () => {
  it('has one UUID in fstab, the kernel command line, blkid and lsblk', async () => {
    const on = onMachine()
    const [, uuid] = /^UUID=(\S+) \/ /m.exec(read(on, '/etc/fstab'))!
    assert.ok(read(on, '/proc/cmdline').includes(` root=UUID=${uuid!} `))
    assert.ok((await on.run(['blkid'])).out.includes(`/dev/vda1: UUID="${uuid!}"`))
    assert.ok((await on.run(['lsblk', '-f'])).out.includes(uuid!))
  })
  it('has swap where fstab has', async () => {
    const on = onMachine()
    const swap = /\sswap\s/.test(read(on, '/etc/fstab'))
    assert.equal(on.machine.measure().memory.swapTotal > 0, swap)
    assert.equal(read(on, '/proc/swaps').trim().split('\n').length > 1, swap)
  })
})

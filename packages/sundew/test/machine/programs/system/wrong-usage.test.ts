import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { onMachine } from './on-machine.ts'

/** Words that are wrong, or harmless; the real program says the same, byte for byte. */
const cases = `
uname -x
uname --foo
uname a
uname --kernel
whoami -x
whoami a
id -x
id --foo
id nosuchuser
id -ug
id -n
id -Z
id -r
groups nosuchuser
users a b
who -x
who --foo
who a b c
uptime -x
uptime --foo
w -x
w --foo
last -x --foo
lastlog -u nosuchuser
nproc a
nproc -x
nproc --ignore=x
nproc --foo
date -x
date --foo
date -d foo
date +%s a
date -Ifoo
date --rfc-3339=foo
date -d
date -r /nosuch
tty a
tty -x
sleep
sleep x
sleep 1x
sleep -x
env -x
env -u
env nosuchprogram
printenv -x
nice -n
nice -n x ls
nice -n 5
nice nosuchprogram
nohup
nohup -x
timeout
timeout x ls
timeout 1
timeout -x
timeout -s FOO 1 ls
timeout 1 nosuchprogram
setsid
setsid -x
renice
chroot
chroot -x
chroot /nosuch ls
pgrep
pgrep a b
pgrep --foo
pgrep (
pgrep a\\
pkill
pidof
killall
killall -FOO x
killall nosuchprogram
free -x
free a
free -s
free -c 0
free -c x
free -s 0
vmstat -x
vmstat x
top -x
top -n
top -b -n x
lscpu -Q
lscpu --foo
lsblk -x
lsblk /dev/nosuch
df -x
df --foo
df /nosuch
df -BX
mount nosuch
mount -x
umount
umount /nosuch
umount -x
sysctl
sysctl nosuch.x
sysctl -n kernel.ostype
sysctl -w foo
sysctl --foo
dmesg foo
dmesg --foo
dmesg -Q
mesg x
write
write nobody
useradd
useradd --foo
useradd root
useradd -u abc x
useradd -u 0 x
useradd -g nosuch x
useradd -s nosuch x
useradd -d rel x
useradd -o x
usermod
usermod nosuchuser
userdel
userdel nosuchuser
groupadd
groupadd root
groupdel nosuchgroup
passwd nosuchuser
passwd --foo
chage
chage nosuchuser
chage -l nosuchuser
su nosuchuser
su --foo
getent
getent foo
getent passwd nosuchuser
hostname -z
ip foo
ip addr foo
ip -x
ip link set nosuch up
ip addr add 192.0.2.9/24 dev nosuch
ip link show nosuch
ip route add x
ifconfig nosuch
ifconfig -x
arp nosuchhost.invalid
lsattr /nosuch
lsattr -x
chattr
chattr +z /tmp
chattr +i /nosuch
chattr foo
getconf
getconf NOSUCH
getconf LONG_BIT
ldd
ldd /nosuch
ldd /etc/passwd
stty
stty foo
update-rc.d
update-rc.d foo
fuser
fuser /nosuch
systemctl foo
ss --foo
netstat --foo
uname --help
whoami --help
id --help
who --help
users --help
date --help
nproc --help
nohup --help
nice --help
timeout --help
sleep --help
env --help
printenv --help
tty --help
df --help
last --help
mount --help
umount --help
dmesg --help
lscpu --help
lsblk --help
setsid --help
renice --help
su --help
mesg --help
wall --help
write --help
w --help
uptime --help
pgrep --help
pkill --help
free --help
vmstat --help
sysctl --help
watch --help
passwd --help
chpasswd --help
chage --help
useradd --help
usermod --help
userdel --help
groupadd --help
lastlog --help
hostname --help
ss --help
uname --version
whoami --version
id --version
who --version
users --version
nproc --version
nohup --version
nice --version
sleep --version
env --version
printenv --version
tty --version
df --version
last --version
mount --version
umount --version
dmesg --version
lscpu --version
lsblk --version
setsid --version
renice --version
su --version
mesg --version
wall --version
w --version
uptime --version
pgrep --version
pkill --version
free --version
vmstat --version
sysctl --version
watch --version
ps --version
date --version
timeout --version
chroot --version
ps --foo
ps -@
ps @
ps -o nosuch
ps -p x
ps -o
ps -u nosuchuser
ps --sort nosuch
pgrep -u nosuchuser x
pidof nosuch
kill
kill abc
kill 9999999
kill -FOO 1
kill -l 9
kill -l TERM
kill -l
kill -L
date +%Y%%
date -u -d @0
date -u -d @1700000000 +%A,%d.%B.%G-%V,%j,%U,%W,%I%p,%e|%k|%l|%N
date -u -d @1700000000 -R
date -u -d @1700000000 --rfc-3339=seconds
date -u -d 2024-02-29 +%F_%T
date -u -d 2024-02-29T12:34:56 +%s
date -u -d @0 +%-d|%_m|%05Y|%^a|%#Z|%10s|%:z|%::z|%q|%C|%y|%g|%D|%R|%T|%r|%c|%x|%X|%h|%n|%t|%P|%u|%w|%Q
env -i A=b
getconf PAGE_SIZE
getconf ARG_MAX
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '))

const debian12 =
  existsSync('/etc/debian_version') && readFileSync('/etc/debian_version', 'utf8').startsWith('12.')
const paths = ['/usr/bin', '/usr/sbin', '/bin', '/sbin']

describe('a wrong usage is answered as Debian 12 does', { skip: !debian12 }, () => {
  const on = onMachine()
  for (const [name, ...args] of cases) {
    const real = paths.map((path) => `${path}/${name!}`).find((path) => existsSync(path))
    it(`${name!} ${args.join(' ')}`, { skip: real === undefined }, async () => {
      const told = spawnSync(real!, args, {
        argv0: name!,
        cwd: '/tmp',
        input: '',
        env: { PATH: paths.join(':'), LANG: 'C.UTF-8', COLUMNS: '80' },
        timeout: 10_000,
      })
      const ours = await on.run([name!, ...args])
      assert.equal(ours.err, told.stderr.toString('latin1'))
      assert.equal(ours.out, told.stdout.toString('latin1'))
      assert.equal(ours.status, told.status)
    })
  }
})

/** What differs on each machine: `{{name}}` is filled in by `machine/files/debian.ts`. */
export interface OwnFile {
  readonly type?: 'directory'
  readonly mode: number
  readonly uid?: number
  readonly gid?: number
  /** A template; where it is left out the machine makes it, by its path. */
  readonly content?: string
  /** After the installation began. */
  readonly afterSeconds?: number
}

/** The kernel that the chroot got, and the one that the persona says. */
export const kernel = {
  found: '6.1.0-56-amd64',
  release: '6.1.0-37-amd64',
  version: '6.1.140-1',
  builtSeconds: Date.UTC(2025, 4, 22, 18, 32, 11) / 1000,
} as const

/** What making the chroot leaves, that no installer does; and keys. */
export const dropped = new Set([
  '/usr/sbin/policy-rc.d',
  '/var/log/bootstrap.log',
  '/etc/ssh/ssh_host_ecdsa_key',
  '/etc/ssh/ssh_host_ecdsa_key.pub',
  '/etc/ssh/ssh_host_ed25519_key',
  '/etc/ssh/ssh_host_ed25519_key.pub',
  '/etc/ssh/ssh_host_rsa_key',
  '/etc/ssh/ssh_host_rsa_key.pub',
  '/initrd.img.old',
  '/vmlinuz.old',
])

const system = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
man:x:6:12:man:/var/cache/man:/usr/sbin/nologin
lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
news:x:9:9:news:/var/spool/news:/usr/sbin/nologin
uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin
proxy:x:13:13:proxy:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin
irc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
systemd-network:x:998:998:systemd Network Management:/:/usr/sbin/nologin
messagebus:x:100:107::/nonexistent:/usr/sbin/nologin
sshd:x:101:65534::/run/sshd:/usr/sbin/nologin
`
const passwd = `${system}{{user}}:x:1000:1000:{{user}},,,:/home/{{user}}:/bin/bash\n`
const shadow = `root:{{rootHash}}:{{installedDay}}:0:99999:7:::
${['daemon', 'bin', 'sys', 'sync', 'games', 'man', 'lp', 'mail', 'news', 'uucp', 'proxy', 'www-data', 'backup', 'list', 'irc', '_apt', 'nobody'].map((name) => `${name}:*:{{installedDay}}:0:99999:7:::\n`).join('')}systemd-network:!*:{{installedDay}}::::::
messagebus:!:{{installedDay}}::::::
sshd:!:{{installedDay}}::::::
{{user}}:{{userHash}}:{{installedDay}}:0:99999:7:::
`
const hosts = `127.0.0.1	localhost
127.0.1.1	{{hostname}}

# The following lines are desirable for IPv6 capable hosts
::1     localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
`
const fstab = `# /etc/fstab: static file system information.
#
# Use 'blkid' to print the universally unique identifier for a
# device; this may be used with UUID= as a more robust way to name devices
# that works even if disks are added and removed. See fstab(5).
#
# <file system> <mount point>   <type>  <options>       <dump>  <pass>
# / was on /dev/vda1 during installation
UUID={{rootUuid}} /               ext4    errors=remount-ro 0       1
`
const interfaces = `# This file describes the network interfaces available on your system
# and how to activate them. For more information, see interfaces(5).

source /etc/network/interfaces.d/*

# The loopback network interface
auto lo
iface lo inet loopback

# The primary network interface
allow-hotplug {{interface}}
iface {{interface}} inet static
	address {{address}}/{{prefix}}
	gateway {{gateway}}
	# dns-* options are implemented by the resolvconf package, if installed
	dns-nameservers {{nameservers}}
`

/** Files of the installation whose contents become the machine's own. */
export const templates: ReadonlyMap<string, string> = new Map([
  ['/etc/hostname', '{{hostname}}\n'],
  ['/etc/hosts', hosts],
  ['/etc/fstab', fstab],
  ['/etc/machine-id', '{{machineId}}\n'],
  ['/var/lib/dbus/machine-id', '{{machineId}}\n'],
  ['/etc/resolv.conf', '{{resolvConf}}'],
  ['/etc/network/interfaces', interfaces],
  ['/etc/passwd', passwd],
  ['/etc/passwd-', system],
  ['/etc/shadow', shadow],
  ['/etc/shadow-', shadow.replace(/\{\{user\}\}.*\n/, '')],
  ['/etc/subuid', '{{user}}:100000:65536\n'],
  ['/etc/subgid', '{{user}}:100000:65536\n'],
])

const log = { mode: 0o640, gid: 4 }

/** Files that a running server has, and a chroot has not. */
export const made: ReadonlyMap<string, OwnFile> = new Map<string, OwnFile>([
  ...['rsa', 'ecdsa', 'ed25519'].flatMap((type): [string, OwnFile][] => [
    [`/etc/ssh/ssh_host_${type}_key`, { mode: 0o600 }],
    [`/etc/ssh/ssh_host_${type}_key.pub`, { mode: 0o644 }],
  ]),
  ['/home/{{user}}', { type: 'directory', mode: 0o700, uid: 1000, gid: 1000 }],
  ['/home/{{user}}/.ssh', { type: 'directory', mode: 0o700, uid: 1000, gid: 1000, afterSeconds: 1400 }],
  ['/home/{{user}}/.ssh/authorized_keys', { mode: 0o600, uid: 1000, gid: 1000, afterSeconds: 1400 }],
  ['/home/{{user}}/.bash_history', { mode: 0o600, uid: 1000, gid: 1000, afterSeconds: 5_184_000 }],
  ['/root/.bash_history', { mode: 0o600, afterSeconds: 3_456_000 }],
  ['/boot/grub/grubenv', { mode: 0o644, content: `# GRUB Environment Block\n${'#'.repeat(999)}` }],
  ['/var/log/auth.log', log],
  ['/var/log/syslog', log],
  ['/var/log/cron.log', log],
  ['/var/log/kern.log', log],
  ['/var/log/user.log', log],
  ['/var/log/dpkg.log', { mode: 0o644, afterSeconds: 700 }],
  ['/var/log/installer', { type: 'directory', mode: 0o700 }],
  ['/var/log/apache2/access.log', log],
  ['/var/log/apache2/error.log', log],
])

const userGroups = /^(cdrom|floppy|sudo|audio|dip|video|plugdev|users|netdev):/

/** /etc/group or /etc/gshadow with the user that an installer makes. */
export function withUser(groups: string): string {
  const isShadow = groups.startsWith('root:*')
  const lines = groups.split('\n').map((line) => (userGroups.test(line) ? `${line}{{user}}` : line))
  return `${lines.join('\n').trimEnd()}\n{{user}}:${isShadow ? '!::' : 'x:1000:'}\n`
}

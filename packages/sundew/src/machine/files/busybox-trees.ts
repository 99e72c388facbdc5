import type { TreeMachine } from './tree-machine.ts'
import { busyboxLinks } from './busybox-applets.ts'
import { elfHeader } from './elf-header.ts'
import { literalTree, once, type LiteralFile, type LiteralTree } from './literal.ts'
import { madeUpText } from './made-up.ts'

/** The trees that are written out by hand, made at the first use. */
export const busyboxTrees = {
  router: once(routerTree),
  camera: once(cameraTree),
  cameraSettings: once(cameraSettings),
}

type Files = Record<string, LiteralFile | ((machine: TreeMachine) => string)>

const directory = (mode = 0o755): LiteralFile => ({ directory: true, mode })
const link = (target: string): LiteralFile => ({ link: target })
const program = (machine: 'mips' | 'arm', size: number): LiteralFile => ({
  mode: 0o755,
  head: elfHeader(machine, size),
  size,
})

/** Links to BusyBox, each by the way from its folder. */
function links(persona: keyof typeof busyboxLinks): Files {
  const all = Object.entries(busyboxLinks[persona]).flatMap(([folder, names]) => {
    const to = folder === '/bin' ? 'busybox' : folder === '/sbin' ? '../bin/busybox' : '../../bin/busybox'
    return names.split(' ').map((name) => [`${folder}/${name}`, link(to)] as const)
  })
  return Object.fromEntries(all)
}

/** An OpenWrt 19.07 on a router: all writable, over a read-only system. */
function routerTree(): LiteralTree {
  const files: Files = {
    '/bin/busybox': program('mips', 414_173),
    ...links('router-mips'),
    ...Object.fromEntries(
      [
        '/sbin/procd',
        '/sbin/ubusd',
        '/sbin/askfirst',
        '/sbin/urngd',
        '/sbin/logd',
        '/sbin/netifd',
        '/sbin/rpcd',
        '/sbin/ubus',
        '/sbin/uci',
        '/sbin/logread',
        '/usr/sbin/dropbear',
        '/usr/sbin/hostapd',
        '/usr/sbin/odhcpd',
        '/usr/sbin/uhttpd',
        '/usr/sbin/dnsmasq',
        '/usr/sbin/iptables',
        '/usr/sbin/iw',
        '/usr/sbin/pppd',
        '/bin/opkg',
        '/bin/ubus',
      ].map((path, i) => [path, program('mips', 20_000 + ((i * 7919) % 160_000))]),
    ),
    '/usr/bin/scp': link('../sbin/dropbear'),
    '/usr/bin/ssh': link('../sbin/dropbear'),
    '/usr/bin/dbclient': link('../sbin/dropbear'),
    '/sbin/init': program('mips', 37_541),
    '/lib/ld-musl-mips-sf.so.1': link('libc.so'),
    '/lib/libc.so': program('mips', 651_980),
    '/lib/libubox.so': program('mips', 41_293),
    '/lib/modules/4.14.221/ath9k.ko': program('mips', 119_040),
    '/dev': directory(),
    '/proc': directory(0o555),
    '/sys': directory(0o555),
    '/tmp': directory(0o1777),
    '/var': link('/tmp'),
    '/root': directory(),
    '/mnt': directory(),
    '/rom': directory(),
    '/overlay': directory(),
    '/www/index.html':
      '<?xml version="1.0" encoding="utf-8"?>\n<html><head>\n<meta http-equiv="refresh" content="0; URL=cgi-bin/luci/" />\n</head></html>\n',
    '/etc/passwd':
      'root:x:0:0:root:/root:/bin/ash\ndaemon:*:1:1:daemon:/var:/bin/false\nftp:*:55:55:ftp:/home/ftp:/bin/false\nnetwork:*:101:101:network:/var:/bin/false\nnobody:*:65534:65534:nobody:/var:/bin/false\ndnsmasq:x:453:453:dnsmasq:/var/run/dnsmasq:/bin/false\n',
    '/etc/group':
      'root:x:0:\ndaemon:x:1:\nadm:x:4:\nmail:x:8:\ndialout:x:20:\naudio:x:29:\nwww-data:x:33:\nftp:x:55:\nusers:x:100:\nnetwork:x:101:\nnogroup:x:65534:\ndnsmasq:x:453:dnsmasq\n',
    '/etc/shadow': {
      mode: 0o600,
      content: ({ chance }) => {
        return `root:$1$${madeUpText(chance, 'root salt', 8)}$${madeUpText(chance, 'root hash', 22)}:18673:0:99999:7:::\ndaemon:*:0:0:99999:7:::\nftp:*:0:0:99999:7:::\nnetwork:*:0:0:99999:7:::\nnobody:*:0:0:99999:7:::\ndnsmasq:x:0:0:99999:7:::\n`
      },
    },
    '/etc/hosts':
      '127.0.0.1 localhost\n\n::1     localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n',
    '/etc/resolv.conf': link('/tmp/resolv.conf'),
    '/etc/mtab': link('/proc/mounts'),
    '/etc/TZ': link('/tmp/TZ'),
    '/etc/localtime': link('/tmp/localtime'),
    '/etc/shells': '/bin/ash\n',
    '/etc/openwrt_version': 'r11306-c4a6851c72\n',
    '/etc/openwrt_release':
      "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='19.07.7'\nDISTRIB_REVISION='r11306-c4a6851c72'\nDISTRIB_TARGET='ar71xx/generic'\nDISTRIB_ARCH='mips_24kc'\nDISTRIB_DESCRIPTION='OpenWrt 19.07.7 r11306-c4a6851c72'\nDISTRIB_TAINTS='no-all'\n",
    '/etc/os-release': link('../usr/lib/os-release'),
    '/usr/lib/os-release':
      'NAME="OpenWrt"\nVERSION="19.07.7"\nID="openwrt"\nID_LIKE="lede openwrt"\nPRETTY_NAME="OpenWrt 19.07.7"\nVERSION_ID="19.07.7"\nHOME_URL="https://openwrt.org/"\nBUILD_ID="r11306-c4a6851c72"\nOPENWRT_BOARD="ar71xx/generic"\nOPENWRT_ARCH="mips_24kc"\n',
    '/etc/banner':
      '  _______                     ________        __\n |       |.-----.-----.-----.|  |  |  |.----.|  |_\n |   -   ||  _  |  -__|     ||  |  |  ||   _||   _|\n |_______||   __|_____|__|__||________||__|  |____|\n          |__| W I R E L E S S   F R E E D O M\n -----------------------------------------------------\n OpenWrt 19.07.7, r11306-c4a6851c72\n -----------------------------------------------------\n',
    '/etc/profile':
      '[ -f /etc/banner ] && cat /etc/banner\nexport PATH="/usr/sbin:/usr/bin:/sbin:/bin"\nexport HOME=$(grep -e "^${USER:-root}:" /etc/passwd | cut -d ":" -f 6)\nexport HOME=${HOME:-/root}\nexport PS1=\'\\u@\\h:\\w\\$ \'\n',
    '/etc/config/system': (machine) =>
      `\nconfig system\n\toption hostname '${machine.hostname}'\n\toption timezone 'UTC'\n\toption ttylogin '0'\n\toption log_size '64'\n`,
    '/etc/config/network': (machine) =>
      `\nconfig interface 'loopback'\n\toption ifname 'lo'\n\toption proto 'static'\n\toption ipaddr '127.0.0.1'\n\toption netmask '255.0.0.0'\n\nconfig interface 'lan'\n\toption type 'bridge'\n\toption ifname 'eth0.1'\n\toption proto 'static'\n\toption ipaddr '${machine.network.address}'\n\toption netmask '255.255.255.0'\n`,
    '/etc/config/dropbear':
      "config dropbear\n\toption PasswordAuth 'on'\n\toption RootPasswordAuth 'on'\n\toption Port '22'\n",
    '/etc/crontabs': directory(),
    '/etc/dropbear/authorized_keys': { mode: 0o600, content: '' },
    ...Object.fromEntries(
      'boot cron dnsmasq done dropbear firewall gpio_switch led log network odhcpd rpcd sysctl sysfixtime sysntpd system uhttpd umount'
        .split(' ')
        .map((name) => [
          `/etc/init.d/${name}`,
          { mode: 0o755, content: '#!/bin/sh /etc/rc.common\n\nSTART=50\nUSE_PROCD=1\n' },
        ]),
    ),
    '/etc/rc.local':
      '# Put your custom commands here that should be executed once\n# the system init finished. By default this file does nothing.\n\nexit 0\n',
  }
  return literalTree(withCalls(files))
}

/** A camera: a read-only system, settings on flash, the rest in memory. */
function cameraTree(): LiteralTree {
  const files: Files = {
    '/bin/busybox': program('arm', 596_268),
    ...links('camera-arm'),
    '/usr/bin/Sofia': program('arm', 5_836_820),
    '/linuxrc': link('bin/busybox'),
    '/lib/ld-uClibc.so.0': program('arm', 21_996),
    '/lib/libc.so.0': program('arm', 330_260),
    '/dev': directory(),
    '/proc': directory(0o555),
    '/sys': directory(0o555),
    '/var': directory(0o777),
    '/tmp': link('/var/tmp'),
    '/root': directory(),
    '/home': directory(),
    '/mnt/mtd': directory(),
    '/mnt/web': directory(),
    '/mnt/custom': directory(),
    '/etc/passwd': ({ chance }) => {
      return `root:$1$${madeUpText(chance, 'root salt', 8)}$${madeUpText(chance, 'root hash', 22)}:0:0:root:/:/bin/sh\n`
    },
    '/etc/passwd-': ({ chance }) => {
      return `root:$1$${madeUpText(chance, 'old salt', 8)}$${madeUpText(chance, 'old hash', 22)}:0:0::/root:/bin/sh\n`
    },
    '/etc/group': 'root:x:0:\n',
    '/etc/fstab':
      'proc            /proc           proc    defaults        0       0\nsysfs           /sys            sysfs   defaults        0       0\ntmpfs           /dev            tmpfs   defaults        0       0\n',
    '/etc/inittab':
      '::sysinit:/etc/init.d/rcS\n::respawn:/sbin/getty -L ttyS000 115200 vt100 -n root -I "Auto login as root ..."\n::ctrlaltdel:/sbin/reboot\n::shutdown:/bin/umount -a -r\n',
    '/etc/init.d/rcS': {
      mode: 0o755,
      content:
        '#! /bin/sh\n\n/bin/mount -a\n\nmkdir -p /dev/pts\nmount -t devpts devpts /dev/pts\n\nfor initscript in /etc/init.d/S[0-9][0-9]*\ndo\n\tif [ -x $initscript ] ;\n\tthen\n\t\techo "[RCS]: $initscript"\n\t\t$initscript\n\tfi\ndone\n',
    },
    '/etc/profile':
      'export PATH=/usr/bin:/usr/sbin:/bin:/sbin\nexport LD_LIBRARY_PATH=/usr/lib:/lib\nulimit -c unlimited\n',
    '/etc/resolv.conf': link('/mnt/mtd/Config/resolv.conf'),
    '/etc/services': 'telnet\t\t23/tcp\nhttp\t\t80/tcp\n',
  }
  return literalTree(withCalls(files))
}

/** What a camera's flash holds, at /mnt/mtd. */
function cameraSettings(): LiteralTree {
  return literalTree(
    withCalls({
      '/Config/resolv.conf': (machine) =>
        machine.network.resolvers.map((address) => `nameserver ${address}\n`).join(''),
      '/Config/network': { mode: 0o644, content: '' },
      '/Log': directory(),
    }),
  )
}

function withCalls(files: Files): Record<string, LiteralFile> {
  return Object.fromEntries(
    Object.entries(files).map(([path, file]) => [
      path,
      typeof file === 'function' ? { content: file } : file,
    ]),
  )
}

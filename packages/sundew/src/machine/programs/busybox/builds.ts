import { appletsOf } from '../../files/busybox-applets.ts'
import type { PersonaName } from '../../persona.ts'

/** The build of BusyBox that a machine has. */
export interface Build {
  /** What its messages begin with. */
  readonly title: string
  readonly applets: readonly string[]
  /** Whether its shell tells of `help` as it starts. */
  readonly tellsHelp: boolean
}

export const builds: Readonly<Record<PersonaName, Build>> = {
  'debian-12': {
    title: 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1)',
    tellsHelp: true,
    applets:
      '[ [[ acpid adjtimex ar arch arp arping ascii ash awk base64 basename bc blkdiscard blockdev brctl bunzip2 busybox bzcat bzip2 cal cat chgrp chmod chown chroot chvt clear cmp cp cpio crc32 crond crontab cttyhack cut date dc dd deallocvt depmod devmem df diff dirname dmesg dnsdomainname dos2unix dpkg dpkg-deb du dumpkmap dumpleases echo ed egrep env expand expr factor fallocate false fatattr fdisk fgrep find findfs fold free freeramdisk fsfreeze fstrim ftpget ftpput getopt getty grep groups gunzip gzip halt head hexdump hostid hostname httpd hwclock i2cdetect i2cdump i2cget i2cset i2ctransfer id ifconfig ifdown ifup init insmod ionice ip ipcalc ipneigh kill killall klogd last less link linux32 linux64 linuxrc ln loadfont loadkmap logger login logname logread losetup ls lsmod lsscsi lzcat lzma lzop md5sum mdev microcom mim mkdir mkdosfs mke2fs mkfifo mknod mkpasswd mkswap mktemp modinfo modprobe more mount mt mv nameif nc netstat nl nologin nproc nsenter nslookup nuke od openvt partprobe passwd paste patch pidof ping ping6 pivot_root poweroff printf ps pwd rdate readlink realpath reboot renice reset resume rev rm rmdir rmmod route rpm rpm2cpio run-init run-parts sed seq setkeycodes setpriv setsid sh sha1sum sha256sum sha3sum sha512sum shred shuf sleep sort ssl_client start-stop-daemon stat strings stty su sulogin svc svok swapoff swapon switch_root sync sysctl syslogd tac tail tar taskset tc tee telnet telnetd test tftp time timeout top touch tr traceroute traceroute6 true truncate ts tty tunctl ubirename udhcpc udhcpd uevent umount uname uncompress unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime usleep uudecode uuencode vconfig vi w watch watchdog wc wget which who whoami xargs xxd xz xzcat yes zcat'.split(
        ' ',
      ),
  },
  // As OpenWrt builds it: no date, and a shell without help.
  'router-mips': {
    title: 'BusyBox v1.30.1 ()',
    tellsHelp: false,
    applets: appletsOf('router-mips'),
  },
  'camera-arm': {
    title: 'BusyBox v1.20.2 (2016-07-06 16:33:22 CST)',
    tellsHelp: true,
    applets: appletsOf('camera-arm'),
  },
}

/** What its shell says first at a terminal. */
export function shellBanner(persona: PersonaName): string {
  const { title, tellsHelp } = builds[persona]
  return `\n\n${title} built-in shell (ash)\n${tellsHelp ? "Enter 'help' for a list of built-in commands.\n" : ''}\n`
}

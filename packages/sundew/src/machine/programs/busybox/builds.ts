import type { PersonaName } from '../../persona.ts'

/** The build of BusyBox that a machine has. */
export interface Build {
  /** What its messages begin with. */
  readonly banner: string
  readonly applets: readonly string[]
}

export const builds: Readonly<Record<PersonaName, Build>> = {
  'debian-12': {
    banner: 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.',
    applets:
      '[ [[ acpid adjtimex ar arch arp arping ascii ash awk base64 basename bc blkdiscard blockdev brctl bunzip2 busybox bzcat bzip2 cal cat chgrp chmod chown chroot chvt clear cmp cp cpio crc32 crond crontab cttyhack cut date dc dd deallocvt depmod devmem df diff dirname dmesg dnsdomainname dos2unix dpkg dpkg-deb du dumpkmap dumpleases echo ed egrep env expand expr factor fallocate false fatattr fdisk fgrep find findfs fold free freeramdisk fsfreeze fstrim ftpget ftpput getopt getty grep groups gunzip gzip halt head hexdump hostid hostname httpd hwclock i2cdetect i2cdump i2cget i2cset i2ctransfer id ifconfig ifdown ifup init insmod ionice ip ipcalc ipneigh kill killall klogd last less link linux32 linux64 linuxrc ln loadfont loadkmap logger login logname logread losetup ls lsmod lsscsi lzcat lzma lzop md5sum mdev microcom mim mkdir mkdosfs mke2fs mkfifo mknod mkpasswd mkswap mktemp modinfo modprobe more mount mt mv nameif nc netstat nl nologin nproc nsenter nslookup nuke od openvt partprobe passwd paste patch pidof ping ping6 pivot_root poweroff printf ps pwd rdate readlink realpath reboot renice reset resume rev rm rmdir rmmod route rpm rpm2cpio run-init run-parts sed seq setkeycodes setpriv setsid sh sha1sum sha256sum sha3sum sha512sum shred shuf sleep sort ssl_client start-stop-daemon stat strings stty su sulogin svc svok swapoff swapon switch_root sync sysctl syslogd tac tail tar taskset tc tee telnet telnetd test tftp time timeout top touch tr traceroute traceroute6 true truncate ts tty tunctl ubirename udhcpc udhcpd uevent umount uname uncompress unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime usleep uudecode uuencode vconfig vi w watch watchdog wc wget which who whoami xargs xxd xz xzcat yes zcat'.split(
        ' ',
      ),
  },
  'router-mips': {
    banner: 'BusyBox v1.19.4 (2017-08-21 15:12:07 CST) multi-call binary.',
    applets:
      '[ [[ arp ash awk basename brctl bunzip2 bzcat cat chgrp chmod chown chroot clear cmp cp crond crontab cut date dd df dirname dmesg du echo egrep env expr false fgrep find free ftpget ftpput grep gunzip gzip halt head hexdump hostid id ifconfig init insmod kill killall klogd less ln logger login ls lsmod md5sum mkdir mkfifo mknod mktemp mount mv nc netstat nice nslookup passwd pidof ping ping6 poweroff printf ps pwd reboot reset rm rmdir rmmod route sed seq sh sleep sort strings sync sysctl syslogd tail tar tee telnet telnetd test tftp time top touch tr traceroute true udhcpc umount uname uniq uptime vconfig vi wc wget which xargs yes zcat'.split(
        ' ',
      ),
  },
  'camera-arm': {
    banner: 'BusyBox v1.31.1 (2020-11-12 09:41:26 CST) multi-call binary.',
    applets:
      '[ [[ arp arping ash awk basename blkid cat chgrp chmod chown chroot chvt clear cmp cp crond crontab cut date dd devmem df diff dirname dmesg du echo egrep env expr false fdisk fgrep find free fsck fsync ftpget ftpput fuser getty grep gunzip gzip halt head hexdump hostname hwclock id ifconfig ifdown ifup init insmod ip kill killall killall5 less ln logger login losetup ls lsmod lsof lsusb md5sum mdev mkdir mkdosfs mkfifo mknod mkswap mktemp modprobe more mount mv nc netstat nice nslookup ntpd od passwd pgrep pidof ping ping6 pkill poweroff printf ps pwd readlink realpath reboot reset rm rmdir rmmod route sed seq setsid sh sha1sum sleep sort stat strings stty su sync sysctl syslogd tail tar taskset tee telnet telnetd test tftp time timeout top touch tr traceroute true tty udhcpc udhcpd umount uname uniq unxz unzip uptime usleep vi watch watchdog wc wget which whoami xargs xz yes zcat'.split(
        ' ',
      ),
  },
}

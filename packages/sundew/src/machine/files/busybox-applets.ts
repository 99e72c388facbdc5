/** Where each device has links to its BusyBox: folder and names. What the program lists is made of the same. */
export const busyboxLinks: Readonly<Record<'router-mips' | 'camera-arm', Readonly<Record<string, string>>>> =
  {
    'router-mips': {
      '/bin':
        'ash cat chgrp chmod chown cp date dd df dmesg echo egrep false fgrep fsync grep gunzip gzip kill ln lock login ls mkdir mknod mktemp mount mv netmsg netstat nice passwd pidof ping ping6 ps pwd rm rmdir sed sh sleep sync tar touch true umount uname vi zcat',
      '/sbin':
        'halt hwclock ifconfig ip mkswap pivot_root poweroff reboot route start-stop-daemon swapoff swapon switch_root sysctl udhcpc vconfig',
      '/usr/bin':
        '[ awk basename bunzip2 bzcat clear cmp crontab cut dirname du env expr find flock free ftpget ftpput head hexdump hostid id killall less logger md5sum mkfifo nc nslookup pgrep pkill printf readlink reset seq sha256sum sort strings tail tee telnet test tftp time top tr traceroute uniq uptime wc wget which xargs yes',
      '/usr/sbin': 'brctl chroot crond ntpd telnetd',
    },
    'camera-arm': {
      '/bin':
        'addgroup adduser ash cat chgrp chmod chown cp cpio date dd df dmesg echo egrep false fgrep getopt grep gunzip gzip hostname kill ln login ls mkdir mknod mktemp more mount mv netstat nice pidof ping ps pwd rm rmdir sed sh sleep stat stty sync tar touch true umount uname usleep vi watch zcat',
      '/sbin':
        'arp getty halt ifconfig init insmod ip klogd lsmod mdev poweroff reboot rmmod route syslogd udhcpc',
      '/usr/bin':
        '[ [[ awk basename clear cmp cut dirname du env expr find free ftpget ftpput head hexdump id killall less logger md5sum passwd printf readlink renice reset sort tail tee telnet test tftp time top tr uniq uptime wc wget which whoami xargs yes',
      '/usr/sbin': 'chpasswd chroot crond telnetd',
    },
  }

/** Names of all applets, as `busybox --list` has them. */
export function appletsOf(persona: 'router-mips' | 'camera-arm'): string[] {
  const folders = Object.values(busyboxLinks[persona])
  return [...new Set(['busybox', ...folders.flatMap((names) => names.split(' '))])].toSorted((a, b) =>
    a < b ? -1 : 1,
  )
}

/** Programs with a number (`filterlog[812]:`) that tell what a firewall decided. */
const firewalls = hashes(
  'filterlog pf pflog pflogd tcpdump ulogd ulogd2 kernel klogd firewall ufw firewalld iptables ip6tables nft nftables shorewall Shorewall ' +
    'RT_FLOW PFE PFE_FW fw nxlog CheckPoint MikroTik RouterOS',
)
/** Programs that hand on what others write: with a number or without, they may begin with a firewall's line. */
const carriers = hashes('syslogd rsyslogd syslog-ng logger')
/** Programs that tell other things, as a machine that forwards all of its log sends: counted, and no cause for alarm. */
const talkers = hashes(
  'sshd sshd-session sshd-auth sudo su CRON cron crond anacron systemd systemd-logind systemd-journald systemd-networkd systemd-resolved ' +
    'systemd-timesyncd systemd-udevd init dbus-daemon polkitd NetworkManager wpa_supplicant hostapd dhclient dhcpd dhcpcd dhcp6c dhcpleased kea-dhcp4 ' +
    'kea-dhcp6 radvd rtsold rtadvd named unbound dnsmasq dnsmasq-dhcp ntpd chronyd openntpd postfix sendmail exim dovecot dovecot: smartd snmpd ' +
    'charon openvpn xl2tpd pppd mpd5 ppp sshguard fail2ban fail2ban-server php php-fpm nginx lighttpd haproxy httpd apache2 login getty agetty ' +
    'useradd usermod passwd rpcbind nfsd smbd nmbd winbindd cupsd avahi-daemon containerd dockerd kubelet snapd configd dpinger rc.gateway_alarm ' +
    'check_reload_status audit auditd',
)
/** What the kernel tells of others, whose words it hands on: `audit: type=1112 …`, `usb 1-1: Product: …`. */
const kernelTalkers = hashes('audit usb')
/** Words that a rule's prefix begins with, and no sentence of a program: what is done, by which chain, of which firewall. */
const prefixWords = hashes(
  'drop dropped dropping block deny reject accept allow pass permit log in input out output forward prerouting postrouting srcnat dstnat wan lan ' +
    'dmz kernel firewall iptables ufw nft shorewall rule policy default',
)
/** Longest of {@link prefixWords}. */
const longestWord = 16

/** What a program is: a firewall's, one that hands on what others write, one that tells other things, or one that nobody knows. */
export type ProgramKind = 'firewall' | 'carrier' | 'talker' | 'unknown'

const kinds = new Map<number, ProgramKind>([
  ...[...firewalls].map((hash) => [hash, 'firewall'] as const),
  ...[...carriers].map((hash) => [hash, 'carrier'] as const),
  ...[...talkers].map((hash) => [hash, 'talker'] as const),
])

export function programKind(line: Uint8Array, from: number, to: number): ProgramKind {
  return kinds.get(hashOf(line, from, to)) ?? 'unknown'
}

export function isKernelTalker(line: Uint8Array, from: number, to: number): boolean {
  return kernelTalkers.has(hashOf(line, from, to))
}

/** Whether one of the words in line[from, to), letters of any size between other bytes, is of a rule's prefix. */
export function tellsPrefix(line: Uint8Array, from: number, to: number): boolean {
  let at = from
  while (at < to) {
    let hash = 0x811c_9dc5
    const start = at
    for (; at < to && isLetter(line[at]!); at++) hash = step(hash, line[at]! | 0x20)
    if (at > start && at - start <= longestWord && prefixWords.has(hash >>> 0)) return true
    if (at === start) at++
  }
  return false
}

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
}

function hashes(names: string): ReadonlySet<number> {
  return new Set(names.split(' ').map((name) => hashOf(Buffer.from(name, 'latin1'), 0, name.length)))
}

/** FNV-1a, up to a slash (`postfix/smtpd`). A line that is made to have another's hash is no more than counted as the other. */
function hashOf(line: Uint8Array, from: number, to: number): number {
  let hash = 0x811c_9dc5
  for (let at = from; at < to && line[at] !== 0x2f; at++) hash = step(hash, line[at]!)
  return hash >>> 0
}

function step(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x0100_0193)
}

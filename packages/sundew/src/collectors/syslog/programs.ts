import type { SyslogHeader } from '../../wire/syslog/header.ts'
import { ascii, startsWith } from '../tail/scan.ts'

/** Programs with a number (`filterlog[812]:`) that tell what a firewall decided. */
const deciding = hashes(
  'filterlog pf pflog pflogd tcpdump ulogd ulogd2 kernel klogd syslogd rsyslogd syslog-ng logger firewall ufw firewalld nft RT_FLOW PFE PFE_FW fw nxlog CheckPoint',
)
/** Programs that tell other things, as a machine that forwards all of its log sends: counted, and no cause for alarm. */
const talkative = hashes(
  'sshd sshd-session sshd-auth sudo su CRON cron crond anacron systemd systemd-logind systemd-journald systemd-networkd systemd-resolved ' +
    'systemd-timesyncd systemd-udevd init dbus-daemon polkitd NetworkManager wpa_supplicant hostapd dhclient dhcpd dhcpcd dhcp6c dhcpleased kea-dhcp4 ' +
    'kea-dhcp6 radvd rtsold rtadvd named unbound dnsmasq dnsmasq-dhcp ntpd chronyd openntpd postfix sendmail exim dovecot dovecot: smartd snmpd ' +
    'charon openvpn xl2tpd pppd mpd5 ppp sshguard fail2ban fail2ban-server php php-fpm nginx lighttpd haproxy httpd apache2 login getty agetty ' +
    'useradd usermod passwd rpcbind nfsd smbd nmbd winbindd cupsd avahi-daemon containerd dockerd kubelet snapd configd dpinger rc.gateway_alarm ' +
    'check_reload_status audit auditd',
)

/**
 * Whether the line may be a firewall's decision by who wrote it: no program with a number, nor one that is known to tell other things, or one that is known to tell such. Programs
 * write down what strangers say, a name at a login as any other: that is not read as a firewall's line.
 */
export function mayDecide(line: Uint8Array, header: SyslogHeader): boolean {
  if (header.tagTo === 0) return !header.numbered
  const tag = hashOf(line, header.tagFrom, header.tagTo)
  return header.numbered ? deciding.has(tag) : !talkative.has(tag)
}

/** Whether the program is known to tell other things. */
export function isTalkative(line: Uint8Array, header: SyslogHeader): boolean {
  return header.tagTo > 0 && talkative.has(hashOf(line, header.tagFrom, header.tagTo))
}

const [percent, comma, equals] = [0x25, 0x2c, 0x3d]
const [cef, leef, login] = [ascii('CEF:'), ascii('LEEF:'), ascii('login failure')]
/** Bytes and words of a prefix behind its first. */
const [longestPrefix, mostPrefixWords] = [64, 3]
const [netfilterStart, mikrotikStart] = [ascii('IN='), ascii('in:')]

/**
 * Whether a parser that looks for its words anywhere in a line may read this one: not where its beginning tells another firewall's format,
 * nor behind the name of a program, but of one that is known to tell such; there a stranger's words would be read as well.
 */
export function maySearch(line: Uint8Array, header: SyslogHeader, to: number): boolean {
  const { messageFrom: at, tagTo } = header
  if (tagTo > at && !deciding.has(hashOf(line, header.tagFrom, tagTo))) {
    return startsSoon(line, tagTo + 1, to)
  }
  if (line[at] === percent || startsWith(line, at, to, cef) || startsWith(line, at, to, leef)) return false
  if (startsWith(line, at, to, login)) return false
  let end = at
  while (end < to && isWordByte(line[end]!)) end++
  // `1,2026/11/25 …`, `date=2026-11-25 …`; a topic has a comma too, and letters before it.
  return !(end > at && end < to && (line[end] === equals || (line[end] === comma && line[at]! <= 0x39)))
}

/** Whether behind a tag that is a prefix or a chain (`BLOCK: input: in:…`, `DROP: IN=…`) a few plain words at most stand before the packet. */
function startsSoon(line: Uint8Array, from: number, to: number): boolean {
  let words = 0
  for (let at = from; at < Math.min(to, from + longestPrefix); at++) {
    if (startsWith(line, at, to, netfilterStart) || startsWith(line, at, to, mikrotikStart)) return true
    const byte = line[at]!
    if (byte === 0x20 && at > from && ++words > mostPrefixWords) return false
    if (!isPrefixByte(byte)) return false
  }
  return false
}

/** Letters, digits and ` -_[].:,`. */
function isPrefixByte(byte: number): boolean {
  const letter = byte | 0x20
  return (
    (letter >= 0x61 && letter <= 0x7a) ||
    (byte >= 0x2c && byte <= 0x3a && byte !== 0x2f) ||
    byte === 0x20 ||
    byte === 0x5f ||
    byte === 0x5b ||
    byte === 0x5d
  )
}

function isWordByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f
}

function hashes(names: string): ReadonlySet<number> {
  return new Set(names.split(' ').map((name) => hashOf(Buffer.from(name, 'latin1'), 0, name.length)))
}

/** FNV-1a, up to a slash (`postfix/smtpd`). A line that is made to have another's hash is no more than counted as the other. */
function hashOf(line: Uint8Array, from: number, to: number): number {
  let hash = 0x811c_9dc5
  for (let at = from; at < to && line[at] !== 0x2f; at++) hash = Math.imul(hash ^ line[at]!, 0x0100_0193)
  return hash >>> 0
}

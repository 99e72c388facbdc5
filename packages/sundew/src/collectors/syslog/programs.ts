import type { SyslogHeader } from '../../wire/syslog/header.ts'

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

function hashes(names: string): ReadonlySet<number> {
  return new Set(names.split(' ').map((name) => hashOf(Buffer.from(name, 'latin1'), 0, name.length)))
}

/** FNV-1a, up to a slash (`postfix/smtpd`). A line that is made to have another's hash is no more than counted as the other. */
function hashOf(line: Uint8Array, from: number, to: number): number {
  let hash = 0x811c_9dc5
  for (let at = from; at < to && line[at] !== 0x2f; at++) hash = Math.imul(hash ^ line[at]!, 0x0100_0193)
  return hash >>> 0
}

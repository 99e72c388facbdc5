import type { PersonaName } from '../persona.ts'
import type { Listed } from './process-table.ts'

/** What a router or a camera lists. */
export function busyboxProcesses(persona: PersonaName, chance: (key: string) => number): Listed[] {
  const router = persona === 'router-mips'
  const all: Listed[] = []
  for (const [pid, name, argv, virtualKb] of router ? routerDaemons : cameraDaemons) {
    const own = pid > 60 ? pid + Math.floor(chance(`pid ${name}`) * 12) : pid
    all.push({
      pid: own,
      parent: pid === 1 || pid === 2 ? 0 : argv === '' ? 2 : 1,
      uid: name === 'dnsmasq' ? 453 : 0,
      gid: name === 'dnsmasq' ? 453 : 0,
      name,
      argv: argv === '' ? [] : argv.split(' '),
      executable: argv === '' ? '' : pid === 1 && router ? '/sbin/procd' : (argv.split(' ')[0] ?? ''),
      // Idle workers have a state of their own since Linux 4.14.
      state: router && name.startsWith('kworker') ? 'I' : 'S',
      startedAfter: pid < 60 ? 0 : 6 + pid / 300,
      cpuPerHour: name === 'Sofia' ? 600_000 : 200,
      residentKb: argv === '' ? 0 : Math.round(virtualKb * 0.6),
      virtualKb,
    })
  }
  return all
}

const routerDaemons: readonly (readonly [number, string, string, number])[] = [
  [1, 'procd', '/sbin/procd', 1560],
  [2, 'kthreadd', '', 0],
  [4, 'kworker/0:0H', '', 0],
  [6, 'mm_percpu_wq', '', 0],
  [7, 'ksoftirqd/0', '', 0],
  [58, 'oom_reaper', '', 0],
  [59, 'writeback', '', 0],
  [61, 'crypto', '', 0],
  [63, 'kblockd', '', 0],
  [84, 'kswapd0', '', 0],
  [140, 'spi0', '', 0],
  [268, 'ipv6_addrconf', '', 0],
  [291, 'kworker/0:1H', '', 0],
  [377, 'jffs2_gcd_mtd5', '', 0],
  [470, 'ubusd', '/sbin/ubusd', 1268],
  [471, 'askfirst', '/sbin/askfirst /usr/libexec/login.sh', 924],
  [513, 'urngd', '/sbin/urngd', 1044],
  [1002, 'logd', '/sbin/logd -S 64', 1308],
  [1040, 'rpcd', '/sbin/rpcd -s /var/run/ubus.sock -t 30', 1996],
  [1190, 'dropbear', '/usr/sbin/dropbear -F -P /var/run/dropbear.1.pid -p 22 -K 300 -T 3', 1096],
  [1205, 'telnetd', '/usr/sbin/telnetd -F -l /bin/login', 1204],
  [1262, 'hostapd', '/usr/sbin/hostapd -s -P /var/run/wifi-phy0.pid -B /var/run/hostapd-phy0.conf', 3668],
  [1330, 'netifd', '/sbin/netifd', 1760],
  [1391, 'odhcpd', '/usr/sbin/odhcpd', 1408],
  [1432, 'crond', '/usr/sbin/crond -f -c /etc/crontabs -l 5', 1212],
  [
    1490,
    'uhttpd',
    '/usr/sbin/uhttpd -f -h /www -r OpenWrt -x /cgi-bin -t 60 -T 30 -k 20 -A 1 -n 3 -N 100 -R -p 0.0.0.0:80',
    1624,
  ],
  [
    1702,
    'udhcpc',
    'udhcpc -p /var/run/udhcpc-eth0.2.pid -s /lib/netifd/dhcp.script -f -t 0 -i eth0.2 -x hostname:OpenWrt -C -O 121',
    1212,
  ],
  [1790, 'ntpd', '/usr/sbin/ntpd -n -N -S /usr/sbin/ntpd-hotplug -p 0.openwrt.pool.ntp.org', 1212],
  [
    1951,
    'dnsmasq',
    '/usr/sbin/dnsmasq -C /var/etc/dnsmasq.conf.cfg01411c -k -x /var/run/dnsmasq/dnsmasq.cfg01411c.pid',
    1392,
  ],
]

const cameraDaemons: readonly (readonly [number, string, string, number])[] = [
  [1, 'init', 'init', 1100],
  [2, 'kthreadd', '', 0],
  [3, 'ksoftirqd/0', '', 0],
  [5, 'kworker/u:0', '', 0],
  [6, 'rcu_kthread', '', 0],
  [7, 'khelper', '', 0],
  [8, 'kdevtmpfs', '', 0],
  [10, 'sync_supers', '', 0],
  [11, 'bdi-default', '', 0],
  [13, 'kblockd', '', 0],
  [21, 'kswapd0', '', 0],
  [40, 'mtdblock0', '', 0],
  [41, 'mtdblock1', '', 0],
  [42, 'mtdblock2', '', 0],
  [43, 'mtdblock3', '', 0],
  [59, 'udevd', 'udevd --daemon', 1172],
  [70, 'jffs2_gcd_mtd4', '', 0],
  [450, 'telnetd', 'telnetd', 1108],
  [520, 'dvrHelper', 'dvrHelper /lib/modules /usr/bin/Sofia 127.0.0.1 9578 1', 2040],
  [560, 'Sofia', '/usr/bin/Sofia', 121_800],
  [600, 'getty', '/sbin/getty -L ttyS000 115200 vt100 -n root -I Auto login as root ...', 1112],
]

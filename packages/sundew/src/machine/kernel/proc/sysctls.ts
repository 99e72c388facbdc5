import type { Machine } from '../../machine.ts'
import { uuidOf } from './uuid.ts'

/** What /proc/sys holds, without line ends. Mode 0o644 unless said. */
export function sysctls(machine: Machine): Map<string, { mode: number; value: string | (() => string) }> {
  const { persona } = machine
  const all = new Map<string, { mode: number; value: string | (() => string) }>()
  const put = (path: string, value: string | (() => string), mode = 0o644): void => {
    all.set(path, { mode, value })
  }
  put('kernel/hostname', () => machine.hostname)
  put('kernel/osrelease', persona.kernel.release, 0o444)
  put('kernel/ostype', persona.kernel.name, 0o444)
  put('kernel/version', persona.kernel.version, 0o444)
  put('kernel/arch', persona.kernel.machine, 0o444)
  put('kernel/random/uuid', () => uuidOf(Math.random, 'any'), 0o444)
  put('kernel/random/boot_id', () => uuidOf(machine.chance, `boot ${machine.bootMs}`), 0o444)
  put('kernel/random/entropy_avail', '256', 0o444)
  put('kernel/random/poolsize', '256', 0o444)
  put('kernel/ns_last_pid', () => String(machine.processes.list().at(-1)?.pid ?? 1), 0o666)
  put('kernel/threads-max', String(Math.floor(persona.memoryKb / 130)))
  put('fs/file-nr', () => `${1_000 + machine.processes.list().length}\t0\t9223372036854775807`, 0o444)
  put('fs/inode-nr', () => `${38_000 + (Math.floor(machine.now() / 9000) % 500)}\t1200`, 0o444)
  for (const line of fixed.trim().split('\n')) {
    const [path, value = '', mode] = line.split(' = ')
    put(
      path!.trim().replaceAll('.', '/'),
      value.replaceAll('~', '\t'),
      mode === undefined ? 0o644 : Number.parseInt(mode, 8),
    )
  }
  const { interface: name } = machine.network
  for (const one of ['all', 'default', 'lo', name]) {
    for (const [key, value] of perInterface) put(`net/ipv4/conf/${one}/${key}`, value)
    put(`net/ipv6/conf/${one}/disable_ipv6`, '0')
    put(`net/ipv6/conf/${one}/forwarding`, '0')
    put(`net/ipv6/conf/${one}/accept_ra`, '1')
    put(`net/ipv6/conf/${one}/accept_redirects`, '1')
  }
  return all
}

const perInterface: readonly (readonly [string, string])[] = [
  ['accept_redirects', '1'],
  ['accept_source_route', '0'],
  ['arp_ignore', '0'],
  ['forwarding', '0'],
  ['log_martians', '0'],
  ['rp_filter', '0'],
  ['send_redirects', '1'],
]

/** `~` is a tab. */
const fixed = `
fs.aio-max-nr = 65536
fs.aio-nr = 0 = 444
fs.file-max = 9223372036854775807
fs.inotify.max_queued_events = 16384
fs.inotify.max_user_instances = 128
fs.inotify.max_user_watches = 29446
fs.mount-max = 100000
fs.nr_open = 1048576
fs.pipe-max-size = 1048576
fs.protected_fifos = 1
fs.protected_hardlinks = 1
fs.protected_regular = 2
fs.protected_symlinks = 1
fs.suid_dumpable = 0
kernel.cap_last_cap = 40 = 444
kernel.core_pattern = core
kernel.core_uses_pid = 0
kernel.ctrl-alt-del = 0
kernel.dmesg_restrict = 1
kernel.domainname = (none)
kernel.hung_task_timeout_secs = 120
kernel.kexec_load_disabled = 0
kernel.kptr_restrict = 0
kernel.modules_disabled = 0
kernel.msgmax = 8192
kernel.msgmnb = 16384
kernel.msgmni = 32000
kernel.ngroups_max = 65536 = 444
kernel.nmi_watchdog = 0
kernel.numa_balancing = 0
kernel.overflowgid = 65534
kernel.overflowuid = 65534
kernel.panic = 0
kernel.panic_on_oops = 0
kernel.perf_event_paranoid = 3
kernel.pid_max = 4194304
kernel.printk = 4~4~1~7
kernel.pty.max = 4096
kernel.pty.nr = 1 = 444
kernel.randomize_va_space = 2
kernel.sched_rt_runtime_us = 950000
kernel.sem = 32000~1024000000~500~32000
kernel.shmall = 18446744073692774399
kernel.shmmax = 18446744073692774399
kernel.shmmni = 4096
kernel.soft_watchdog = 1
kernel.sysrq = 438
kernel.tainted = 0
kernel.unprivileged_bpf_disabled = 2
kernel.unprivileged_userns_clone = 1
kernel.watchdog = 1
kernel.watchdog_thresh = 10
kernel.yama.ptrace_scope = 0
net.core.default_qdisc = fq_codel
net.core.netdev_max_backlog = 1000
net.core.optmem_max = 20480
net.core.rmem_default = 212992
net.core.rmem_max = 212992
net.core.somaxconn = 4096
net.core.wmem_default = 212992
net.core.wmem_max = 212992
net.ipv4.icmp_echo_ignore_all = 0
net.ipv4.icmp_echo_ignore_broadcasts = 1
net.ipv4.ip_default_ttl = 64
net.ipv4.ip_forward = 0
net.ipv4.ip_local_port_range = 32768~60999
net.ipv4.ip_nonlocal_bind = 0
net.ipv4.ping_group_range = 0~2147483647
net.ipv4.tcp_available_congestion_control = reno cubic = 444
net.ipv4.tcp_congestion_control = cubic
net.ipv4.tcp_fin_timeout = 60
net.ipv4.tcp_keepalive_intvl = 75
net.ipv4.tcp_keepalive_probes = 9
net.ipv4.tcp_keepalive_time = 7200
net.ipv4.tcp_max_syn_backlog = 256
net.ipv4.tcp_rmem = 4096~131072~6291456
net.ipv4.tcp_sack = 1
net.ipv4.tcp_syncookies = 1
net.ipv4.tcp_timestamps = 1
net.ipv4.tcp_tw_reuse = 2
net.ipv4.tcp_window_scaling = 1
net.ipv4.tcp_wmem = 4096~16384~4194304
net.ipv4.udp_rmem_min = 4096
vm.dirty_background_ratio = 10
vm.dirty_expire_centisecs = 3000
vm.dirty_ratio = 20
vm.dirty_writeback_centisecs = 500
vm.drop_caches = 0 = 200
vm.max_map_count = 65530
vm.min_free_kbytes = 67584
vm.mmap_min_addr = 65536
vm.nr_hugepages = 0
vm.overcommit_memory = 0
vm.overcommit_ratio = 50
vm.panic_on_oom = 0
vm.swappiness = 60
vm.vfs_cache_pressure = 100
vm.zone_reclaim_mode = 0
`

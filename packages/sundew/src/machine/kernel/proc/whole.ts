import type { Machine } from '../../machine.ts'
import type { Made } from './context.ts'
import { cpuinfo } from './cpuinfo.ts'
import { meminfo } from './meminfo.ts'
import { modules } from './modules.ts'
import { rootUuid } from './uuid.ts'

/** Files of /proc about the whole machine; a name with a slash lies in a folder. */
export const wholeFiles: Readonly<Record<string, Made>> = {
  version: {
    text: ({ machine: { persona } }) =>
      `Linux version ${persona.kernel.release} ${compilers[persona.name]} ${persona.kernel.version}\n`,
  },
  cpuinfo: { text: ({ machine }) => cpuinfo(machine.persona) },
  meminfo: { text: ({ machine }) => meminfo(machine) },
  uptime: {
    text: ({ machine }) => {
      const { uptimeSeconds, idleSeconds } = machine.measure()
      return `${uptimeSeconds.toFixed(2)} ${idleSeconds.toFixed(2)}\n`
    },
  },
  loadavg: {
    text: ({ machine }) => {
      const measures = machine.measure()
      const processes = machine.processes.list()
      const running = Math.max(1, processes.filter((one) => one.state === 'R').length)
      const threads = processes.length + (machine.persona.shell === 'bash' ? 9 : 0)
      const last = measures.processesStarted
      return `${measures.loadAverages.map((load) => load.toFixed(2)).join(' ')} ${running}/${threads} ${Math.max(last, processes.at(-1)?.pid ?? 1)}\n`
    },
  },
  stat: { text: ({ machine }) => stat(machine) },
  filesystems: {
    text: ({ machine }) => (machine.persona.shell === 'bash' ? filesystems : routerFilesystems),
  },
  modules: {
    text: ({ machine, caller }) =>
      machine.persona.shell === 'ash'
        ? ''
        : modules
            .map(([name, size, users, by], at) => {
              const address =
                caller.uid === 0
                  ? `0xffffffffc0${(0x10_0000 + at * 0x9_1000).toString(16).padStart(6, '0')}`
                  : '0x0000000000000000'
              return `${name} ${size} ${users} ${by === '' ? '-' : by} Live ${address}\n`
            })
            .join(''),
  },
  devices: { text: ({ machine }) => (machine.persona.shell === 'ash' ? flashDevices : devices) },
  mtd: {
    only: 'ash',
    text: ({ machine }) => mtd(machine),
  },
  interrupts: { text: ({ machine }) => interrupts(machine) },
  partitions: {
    text: ({ machine }) =>
      `major minor  #blocks  name\n\n${disks(machine)
        .map(
          ([major, minor, blocks, name]) =>
            `${String(major).padStart(4)}  ${String(minor).padStart(7)} ${String(blocks).padStart(10)} ${name}\n`,
        )
        .join('')}`,
  },
  diskstats: {
    text: ({ machine }) => {
      const { uptimeSeconds } = machine.measure()
      return disks(machine)
        .map(([major, minor, , name], at) => {
          const share = at === 0 ? 1 : at === 1 ? 0.97 : 0.01
          const reads = Math.floor((9_000 + uptimeSeconds * 0.02) * share)
          const writes = Math.floor((2_000 + uptimeSeconds * 0.31) * share)
          return `${String(major).padStart(4)} ${String(minor).padStart(7)} ${name} ${reads} ${Math.floor(reads * 0.31)} ${reads * 46} ${Math.floor(reads * 0.6)} ${writes} ${Math.floor(writes * 0.7)} ${writes * 21} ${Math.floor(writes * 1.4)} 0 ${Math.floor(writes * 0.8)} ${Math.floor(reads * 0.6 + writes * 1.4)} 0 0 0 0 0 0\n`
        })
        .join('')
    },
  },
  cmdline: {
    text: ({ machine }) =>
      machine.persona.name === 'debian-12'
        ? `BOOT_IMAGE=/boot/vmlinuz-${machine.persona.kernel.release} root=UUID=${rootUuid(machine)} ro quiet\n`
        : machine.persona.name === 'router-mips'
          ? ' board=TL-WDR4300 console=ttyS0,115200 mtdparts=spi0.0:128k(u-boot)ro,1280k(kernel),6656k(rootfs),64k(art)ro,7936k@0x20000(firmware) rootfstype=squashfs,jffs2 noinitrd\n'
          : 'mem=40M console=ttyAMA0,115200 root=/dev/mtdblock1 rootfstype=cramfs mtdparts=hi_sfc:256K(boot),3520K(romfs),2560K(user),1152K(web),256K(custom),448K(mtd)\n',
  },
  swaps: {
    text: () => 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
  },
  vmstat: { text: ({ machine }) => vmstat(machine) },
  kmsg: { mode: 0o400, text: () => '' },
  misc: {
    text: () =>
      '144 nvram\n228 hpet\n231 snapshot\n183 hw_random\n  1 psaux\n 63 vga_arbiter\n229 fuse\n236 device-mapper\n235 autofs\n',
  },
  locks: { text: () => '' },
  mtrr: { text: () => 'reg00: base=0x0c0000000 ( 3072MB), size= 1024MB, count=1: uncachable\n' },
  cgroups: {
    text: () =>
      `#subsys_name\thierarchy\tnum_cgroups\tenabled\n${['cpuset', 'cpu', 'cpuacct', 'blkio', 'memory', 'devices', 'freezer', 'net_cls', 'perf_event', 'net_prio', 'hugetlb', 'pids', 'rdma', 'misc'].map((name) => `${name}\t0\t77\t1\n`).join('')}`,
  },
  buddyinfo: {
    text: () =>
      'Node 0, zone      DMA      0      0      0      0      0      0      0      0      1      1      3 \nNode 0, zone    DMA32   1423   1102    604    381    174     83     42     19      9      6    402 \n',
  },
  iomem: { mode: 0o400, text: () => '00000000-00000fff : Reserved\n00001000-0009fbff : System RAM\n' },
  crypto: {
    text: () =>
      'name         : crc32c\ndriver       : crc32c-intel\nmodule       : crc32c_intel\npriority     : 200\nrefcnt       : 4\nselftest     : passed\ninternal     : no\ntype         : shash\nblocksize    : 1\ndigestsize   : 4\n\n',
  },
  consoles: { text: () => 'tty0                 -WU (EC p  )    4:1\n' },
  execdomains: { text: () => '0-0\tLinux           \t[kernel]\n' },
}

const compilers = {
  'debian-12':
    '(debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40)',
  'router-mips': '(builder@buildhost) (gcc version 7.5.0 (OpenWrt GCC 7.5.0 r11306-c4a6851c72))',
  'camera-arm':
    '(root@localhost.localdomain) (gcc version 4.4.1 (Hisilicon_v100(gcc4.4-290+uclibc_0.9.32.1+eabi+linuxpthread)) )',
} as const

/** Major, minor, blocks of 1 kB, name: also what lsblk shows. */
export function disks(machine: Machine): (readonly [number, number, number, string])[] {
  const { persona } = machine
  if (persona.shell === 'ash') {
    const sizes =
      persona.name === 'router-mips' ? [128, 1280, 6656, 64, 7936, 4096] : [256, 3520, 2560, 1152, 256, 448]
    return sizes.map((size, at) => [31, at, size, `mtdblock${at}`] as const)
  }
  const all = persona.diskBytes / 1024
  return [
    [254, 0, all, 'vda'],
    [254, 1, all - 2048, 'vda1'],
    [11, 0, 1_048_575, 'sr0'],
  ]
}

function stat(machine: Machine): string {
  const measures = machine.measure()
  const processes = machine.processes.list()
  const sums = Array.from({ length: 8 }, (_, at) => measures.ticks.reduce((sum, cpu) => sum + cpu[at]!, 0))
  let text = `cpu  ${sums.join(' ')} 0 0\n`
  for (const [index, cpu] of measures.ticks.entries()) text += `cpu${index} ${cpu.join(' ')} 0 0\n`
  const lines = interruptLines(machine).filter(([id]) => /^\d+$/.test(id))
  const each = Array.from({ length: 40 }, (_, at) => {
    const line = lines.find(([id]) => Number(id) === at)
    return line === undefined ? 0 : line[1].reduce((sum, one) => sum + one, 0)
  })
  const running = Math.max(1, processes.filter((one) => one.state === 'R').length)
  return (
    `${text}intr ${measures.interrupts} ${each.join(' ')}\nctxt ${measures.contextSwitches}\n` +
    `btime ${Math.floor(machine.bootMs / 1000)}\nprocesses ${measures.processesStarted}\nprocs_running ${running}\nprocs_blocked 0\n` +
    `softirq ${Math.floor(measures.interrupts * 0.71)} ${[0.0001, 0.21, 0.00002, 0.09, 0.03, 0.002, 0.0001, 0.21, 0, 0.17].map((share) => Math.floor(share * measures.interrupts)).join(' ')}\n`
  )
}

function interruptLines(machine: Machine): (readonly [string, readonly number[], string])[] {
  const { interrupts, interfaces, uptimeSeconds } = machine.measure()
  const count = machine.persona.processor.count
  const on = (cpu: number, value: number): number[] =>
    Array.from({ length: count }, (_, at) => (at === cpu % count ? Math.floor(value) : 0))
  const shared = (value: number): number[] =>
    Array.from({ length: count }, (_, at) => Math.floor((value / count) * (1 + 0.03 * (at % 3))))
  const packets = interfaces.at(-1)!.receivedPackets
  return [
    ['0', on(0, 34), ' IO-APIC   2-edge      timer'],
    ['1', on(0, 9), ' IO-APIC   1-edge      i8042'],
    ['6', on(0, 3), ' IO-APIC   6-edge      floppy'],
    ['8', on(0, 1), ' IO-APIC   8-edge      rtc0'],
    ['9', on(0, 0), ' IO-APIC   9-fasteoi   acpi'],
    ['11', on(0, 38), ' IO-APIC  11-fasteoi   uhci_hcd:usb1, virtio3'],
    ['12', on(0, 15), ' IO-APIC  12-edge      i8042'],
    ['14', on(0, 0), ' IO-APIC  14-edge      ata_piix'],
    ['15', on(0, 260 + uptimeSeconds / 900), ' IO-APIC  15-edge      ata_piix'],
    ['24', on(0, 0), ' PCI-MSI 49152-edge      virtio0-config'],
    ['25', on(0, packets * 0.83), ' PCI-MSI 49153-edge      virtio0-input.0'],
    ['26', on(1, packets * 0.02), ' PCI-MSI 49154-edge      virtio0-output.0'],
    ['27', on(0, 0), ' PCI-MSI 81920-edge      virtio1-config'],
    ['28', on(1, 11_000 + uptimeSeconds * 0.29), ' PCI-MSI 81921-edge      virtio1-req.0'],
    ['NMI', shared(0), '  Non-maskable interrupts'],
    ['LOC', shared(interrupts * 0.58), '  Local timer interrupts'],
    ['SPU', shared(0), '  Spurious interrupts'],
    ['PMI', shared(0), '  Performance monitoring interrupts'],
    ['IWI', shared(interrupts * 0.0004), '  IRQ work interrupts'],
    ['RTR', shared(0), '  APIC ICR read retries'],
    ['RES', shared(interrupts * 0.02), '  Rescheduling interrupts'],
    ['CAL', shared(interrupts * 0.04), '  Function call interrupts'],
    ['TLB', shared(interrupts * 0.006), '  TLB shootdowns'],
    ['TRM', shared(0), '  Thermal event interrupts'],
    ['THR', shared(0), '  Threshold APIC interrupts'],
    ['MCE', shared(0), '  Machine check exceptions'],
    ['MCP', shared(uptimeSeconds / 300), '  Machine check polls'],
  ]
}

/** Partitions of the flash, as the kernel's command line has them. */
function mtd(machine: Machine): string {
  const names =
    machine.persona.name === 'router-mips'
      ? ['u-boot', 'kernel', 'rootfs', 'art', 'firmware', 'rootfs_data']
      : ['boot', 'romfs', 'user', 'web', 'custom', 'mtd']
  const lines = disks(machine).map(([, minor, kb]) => {
    const size = (kb * 1024).toString(16).padStart(8, '0')
    return `mtd${minor}: ${size} 00010000 "${names[minor] ?? ''}"\n`
  })
  return `dev:    size   erasesize  name\n${lines.join('')}`
}

/** Of a system on a chip. */
function chipInterrupts(machine: Machine): string {
  const { interrupts: all, interfaces } = machine.measure()
  const packets = interfaces.at(-1)!.receivedPackets
  const router = machine.persona.name === 'router-mips'
  const lines: readonly (readonly [number, number, string])[] = router
    ? [
        [2, 0, 'MIPS   2  ath9k'],
        [4, packets * 0.7, 'MIPS   4  eth0'],
        [5, packets * 0.1, 'MIPS   5  eth1'],
        [7, all * 0.6, 'MIPS   7  timer'],
        [11, 23, 'MISC   3  ttyS0'],
      ]
    : [
        [3, all * 0.6, 'VIC  System Timer Tick'],
        [5, 61, 'VIC  uart-pl011'],
        [12, packets * 0.8, 'VIC  eth0'],
        [30, all * 0.2, 'VIC  VIU'],
      ]
  const rows = lines.map(
    ([id, count, name]) =>
      `${String(id).padStart(3)}: ${String(Math.floor(count)).padStart(10)}      ${name}\n`,
  )
  return `           CPU0       \n${rows.join('')}Err: ${'0'.padStart(10)}\n`
}

function interrupts(machine: Machine): string {
  if (machine.persona.shell === 'ash') return chipInterrupts(machine)
  const count = machine.persona.processor.count
  let text = `           ${Array.from({ length: count }, (_, cpu) => `CPU${cpu}`.padEnd(11)).join('')}\n`
  for (const [id, each, name] of interruptLines(machine)) {
    text += `${id.padStart(3)}: ${each.map((one) => String(one).padStart(10)).join(' ')}  ${name}\n`
  }
  return `${text}ERR:          0\nMIS:          0\n`
}

function vmstat(machine: Machine): string {
  const { memory, uptimeSeconds } = machine.measure()
  const page = (kb: number): number => Math.floor(kb / 4)
  const grow = (rate: number): number => Math.floor(uptimeSeconds * rate)
  const values: [string, number][] = [
    ['nr_free_pages', page(memory.free)],
    ['nr_zone_inactive_anon', page(memory.total * 0.05)],
    ['nr_zone_active_anon', page(memory.shared)],
    ['nr_zone_inactive_file', page(memory.cached * 0.6)],
    ['nr_zone_active_file', page(memory.cached * 0.35)],
    ['nr_zone_unevictable', 0],
    ['nr_mlock', 0],
    ['nr_slab_reclaimable', page(memory.reclaimable)],
    ['nr_file_pages', page(memory.cached + memory.buffers)],
    ['nr_dirty', 17],
    ['nr_writeback', 0],
    ['nr_shmem', page(memory.shared)],
    ['nr_dirtied', grow(1.9)],
    ['nr_written', grow(1.7)],
    ['pgpgin', 390_000 + grow(0.5)],
    ['pgpgout', 61_000 + grow(3.9)],
    ['pswpin', 0],
    ['pswpout', page(memory.swapTotal - memory.swapFree)],
    ['pgalloc_dma', 0],
    ['pgalloc_dma32', 2_000_000 + grow(190)],
    ['pgalloc_normal', 1_000_000 + grow(75)],
    ['pgfree', 3_100_000 + grow(266)],
    ['pgactivate', 55_000 + grow(0.4)],
    ['pgdeactivate', 0],
    ['pgfault', 1_900_000 + grow(310)],
    ['pgmajfault', 2_900 + grow(0.002)],
    ['oom_kill', 0],
  ]
  return values.map(([name, value]) => `${name} ${value}\n`).join('')
}

const nodev = [
  'sysfs',
  'tmpfs',
  'bdev',
  'proc',
  'cgroup',
  'cgroup2',
  'cpuset',
  'devtmpfs',
  'debugfs',
  'tracefs',
  'securityfs',
  'sockfs',
  'bpf',
  'pipefs',
  'ramfs',
  'hugetlbfs',
  'devpts',
  'mqueue',
  'pstore',
]
const filesystems = `${nodev.map((name) => `nodev\t${name}\n`).join('')}\text3\n\text2\n\text4\nnodev\tautofs\nnodev\tconfigfs\nnodev\tefivarfs\n\tfuseblk\nnodev\tfuse\nnodev\tfusectl\n`
const routerFilesystems =
  'nodev\tsysfs\nnodev\trootfs\nnodev\tramfs\nnodev\tbdev\nnodev\tproc\nnodev\ttmpfs\nnodev\tdebugfs\nnodev\tsockfs\nnodev\tpipefs\nnodev\tdevpts\n\tsquashfs\nnodev\tjffs2\nnodev\toverlay\n'
const flashDevices =
  'Character devices:\n  1 mem\n  4 ttyS\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n 10 misc\n 90 mtd\n128 ptm\n136 pts\n\nBlock devices:\n 31 mtdblock\n259 blkext\n'
const devices =
  'Character devices:\n  1 mem\n  4 /dev/vc/0\n  4 tty\n  4 ttyS\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n  7 vcs\n 10 misc\n 13 input\n 21 sg\n 29 fb\n128 ptm\n136 pts\n180 usb\n189 usb_device\n202 cpu/msr\n226 drm\n240 aux\n241 bsg\n242 watchdog\n243 ptp\n244 pps\n245 rtc\n246 dma_heap\n247 dax\n248 gpiochip\n\n' +
  'Block devices:\n  2 fd\n  7 loop\n  8 sd\n 11 sr\n 65 sd\n 66 sd\n253 device-mapper\n254 virtblk\n259 blkext\n'

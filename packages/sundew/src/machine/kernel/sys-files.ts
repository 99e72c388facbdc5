import { FileError } from '../files/file-system.ts'
import type { GeneratedFiles, GeneratedStat } from '../files/generated.ts'
import type { Machine } from '../machine.ts'
import { modules } from './proc/modules.ts'
import { disks } from './proc/whole.ts'
import { uuidOf } from './proc/uuid.ts'

/** /sys of a machine: what people and programs look at. */
export class SysFiles implements GeneratedFiles {
  readonly #machine: () => Machine
  #table: ReadonlyMap<string, () => string> | undefined

  constructor(machine: () => Machine) {
    this.#machine = machine
  }

  stat(path: string): GeneratedStat | undefined {
    if (path === '') return folder
    if (this.#files().has(path)) {
      return {
        type: 'file',
        mode: secret.has(path) ? 0o400 : 0o444,
        size: 4096,
        timeMs: this.#machine().bootMs,
      }
    }
    for (const key of this.#files().keys()) if (key.startsWith(`${path}/`)) return folder
    return folders.has(path) ? folder : undefined
  }

  list(path: string): readonly string[] {
    const prefix = path === '' ? '' : `${path}/`
    const names = new Set<string>()
    for (const key of [...this.#files().keys(), ...folders]) {
      if (key.startsWith(prefix) && key !== path) names.add(key.slice(prefix.length).split('/')[0]!)
    }
    return [...names]
  }

  readLink(path: string): string {
    throw new FileError('EINVAL', path)
  }

  read(path: string): string {
    const made = this.#files().get(path)
    if (made === undefined) throw new FileError('ENOENT', path)
    return `${made()}\n`
  }

  write(path: string): void {
    throw new FileError('EACCES', path)
  }

  #files(): ReadonlyMap<string, () => string> {
    this.#table ??= table(this.#machine())
    return this.#table
  }
}

const folder: GeneratedStat = { type: 'directory', mode: 0o755 }
const folders = new Set([
  'block',
  'bus',
  'bus/cpu',
  'bus/pci',
  'bus/virtio',
  'class',
  'class/tty',
  'class/block',
  'class/thermal',
  'class/power_supply',
  'class/hwmon',
  'dev',
  'dev/block',
  'dev/char',
  'devices',
  'devices/system',
  'firmware',
  'fs',
  'fs/cgroup',
  'fs/ext4',
  'fs/ext4/vda1',
  'fs/bpf',
  'fs/pstore',
  'fs/fuse',
  'fs/fuse/connections',
  'hypervisor',
  'kernel',
  'kernel/debug',
  'kernel/security',
  'kernel/tracing',
  'kernel/config',
  'module',
  'power',
])
const secret = new Set([
  'class/dmi/id/product_serial',
  'class/dmi/id/product_uuid',
  'class/dmi/id/board_serial',
  'class/dmi/id/chassis_serial',
])

function table(machine: Machine): ReadonlyMap<string, () => string> {
  const all = new Map<string, () => string>()
  const put = (path: string, value: string | (() => string)): void => {
    all.set(path, typeof value === 'string' ? () => value : value)
  }
  const { persona, network } = machine
  const range = persona.processor.count === 1 ? '0' : `0-${persona.processor.count - 1}`
  for (const [key, value] of [
    ['online', range],
    ['present', range],
    ['possible', range],
    ['offline', ''],
    ['kernel_max', '8191'],
    ['isolated', ''],
  ] as const) {
    put(`devices/system/cpu/${key}`, value)
  }
  for (const [name, value] of vulnerabilities) put(`devices/system/cpu/vulnerabilities/${name}`, value)
  for (let cpu = 0; cpu < persona.processor.count; cpu++) {
    if (cpu > 0) put(`devices/system/cpu/cpu${cpu}/online`, '1')
    put(`devices/system/cpu/cpu${cpu}/topology/core_id`, '0')
    put(`devices/system/cpu/cpu${cpu}/topology/physical_package_id`, String(cpu))
    put(`devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, String(cpu))
    put(`devices/system/cpu/cpu${cpu}/topology/core_siblings_list`, String(cpu))
  }
  put('devices/system/node/online', '0')
  put('devices/system/node/node0/cpulist', range)
  put('devices/system/clocksource/clocksource0/current_clocksource', 'kvm-clock')
  put('devices/system/clocksource/clocksource0/available_clocksource', 'kvm-clock tsc acpi_pm ')
  for (const [index, name] of ['lo', network.interface].entries()) {
    const measured = () => machine.measure().interfaces.find((one) => one.name === name)
    const folderOf = `class/net/${name}`
    put(`${folderOf}/address`, index === 0 ? '00:00:00:00:00:00' : network.mac)
    put(`${folderOf}/mtu`, index === 0 ? '65536' : '1500')
    put(`${folderOf}/operstate`, index === 0 ? 'unknown' : 'up')
    put(`${folderOf}/carrier`, '1')
    put(`${folderOf}/ifindex`, String(index + 1))
    put(`${folderOf}/type`, index === 0 ? '772' : '1')
    put(`${folderOf}/flags`, index === 0 ? '0x9' : '0x1003')
    put(`${folderOf}/speed`, '-1')
    put(`${folderOf}/tx_queue_len`, '1000')
    put(`${folderOf}/statistics/rx_bytes`, () => String(measured()?.receivedBytes ?? 0))
    put(`${folderOf}/statistics/tx_bytes`, () => String(measured()?.sentBytes ?? 0))
    put(`${folderOf}/statistics/rx_packets`, () => String(measured()?.receivedPackets ?? 0))
    put(`${folderOf}/statistics/tx_packets`, () => String(measured()?.sentPackets ?? 0))
    for (const zero of ['rx_errors', 'tx_errors', 'rx_dropped', 'tx_dropped', 'collisions', 'multicast']) {
      put(`${folderOf}/statistics/${zero}`, '0')
    }
  }
  for (const [major, minor, blocks, name] of disks(machine)) {
    const part = /^vda\d/.test(name)
    const place = part ? `block/vda/${name}` : `block/${name}`
    put(`${place}/dev`, `${major}:${minor}`)
    put(`${place}/size`, String(blocks * 2))
    put(`${place}/ro`, '0')
    if (part) continue
    put(`${place}/removable`, name.startsWith('sr') ? '1' : '0')
    put(`${place}/queue/rotational`, '1')
    put(`${place}/queue/scheduler`, name.startsWith('sr') ? 'none [mq-deadline]' : '[none] mq-deadline')
    put(`${place}/queue/logical_block_size`, '512')
    put(`${place}/queue/nr_requests`, '256')
  }
  if (persona.shell === 'bash') {
    for (const [name, size, users] of modules) {
      put(`module/${name}/initstate`, 'live')
      put(`module/${name}/coresize`, String(size))
      put(`module/${name}/refcnt`, String(users))
    }
    const dmi = {
      sys_vendor: 'QEMU',
      product_name: 'Standard PC (i440FX + PIIX, 1996)',
      product_version: 'pc-i440fx-7.2',
      product_family: '',
      product_serial: '',
      product_uuid: uuidOf(machine.chance, 'product'),
      board_serial: '',
      chassis_serial: '',
      bios_vendor: 'SeaBIOS',
      bios_version: 'rel-1.16.2-0-gea1b7a073390-prebuilt.qemu.org',
      bios_date: '04/01/2014',
      chassis_vendor: 'QEMU',
      chassis_type: '1',
      chassis_version: 'pc-i440fx-7.2',
      modalias:
        'dmi:bvnSeaBIOS:bvrrel-1.16.2-0-gea1b7a073390-prebuilt.qemu.org:bd04/01/2014:br0.0:svnQEMU:pnStandardPC(i440FX+PIIX,1996):pvrpc-i440fx-7.2:cvnQEMU:ct1:cvrpc-i440fx-7.2:sku:',
    }
    for (const [name, value] of Object.entries(dmi)) put(`class/dmi/id/${name}`, value)
  }
  put('kernel/mm/transparent_hugepage/enabled', 'always [madvise] never')
  put('kernel/mm/transparent_hugepage/defrag', 'always defer defer+madvise [madvise] never')
  put('kernel/mm/ksm/run', '0')
  put('kernel/uevent_seqnum', () => String(1_100 + Math.floor(machine.chance('uevents') * 400)))
  put('kernel/kexec_loaded', '0')
  put('kernel/profiling', '0')
  put('power/state', 'freeze mem disk')
  put('power/mem_sleep', 's2idle [deep]')
  put('fs/cgroup/cgroup.controllers', 'cpuset cpu io memory hugetlb pids rdma misc')
  put('fs/cgroup/cgroup.procs', '')
  return all
}

export const vulnerabilities: readonly (readonly [string, string])[] = [
  ['gather_data_sampling', 'Unknown: Dependent on hypervisor status'],
  ['itlb_multihit', 'KVM: Mitigation: VMX disabled'],
  ['l1tf', 'Mitigation: PTE Inversion; VMX: conditional cache flushes, SMT disabled'],
  ['mds', 'Mitigation: Clear CPU buffers; SMT Host state unknown'],
  ['meltdown', 'Mitigation: PTI'],
  ['mmio_stale_data', 'Mitigation: Clear CPU buffers; SMT Host state unknown'],
  ['reg_file_data_sampling', 'Not affected'],
  ['retbleed', 'Not affected'],
  ['spec_rstack_overflow', 'Not affected'],
  ['spec_store_bypass', 'Mitigation: Speculative Store Bypass disabled via prctl'],
  ['spectre_v1', 'Mitigation: usercopy/swapgs barriers and __user pointer sanitization'],
  [
    'spectre_v2',
    'Mitigation: Retpolines; IBPB: conditional; IBRS_FW; STIBP: disabled; RSB filling; PBRSB-eIBRS: Not affected; BHI: Retpoline',
  ],
  ['srbds', 'Not affected'],
  ['tsx_async_abort', 'Mitigation: Clear CPU buffers; SMT Host state unknown'],
]

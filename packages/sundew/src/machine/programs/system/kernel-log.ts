import { rootUuid } from '../../kernel/proc/uuid.ts'
import type { Machine } from '../../machine.ts'

/** What the kernel has said since the start: seconds, message. */
export function kernelLog(machine: Machine): (readonly [number, string])[] {
  const { persona, network } = machine
  if (persona.shell === 'ash') {
    return [
      [0, `Linux version ${persona.kernel.release} ${persona.kernel.version}`],
      [0, `CPU: ${persona.processor.model}`],
      [0.21, 'NET: Registered protocol family 2'],
      [8.4, `${network.interface}: link up`],
    ]
  }
  const total = Math.ceil((persona.memoryKb + 130_000) / 1024) * 1024
  const lines: string[] = [
    `Linux version ${persona.kernel.release} (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) ${persona.kernel.version}`,
    `Command line: BOOT_IMAGE=/boot/vmlinuz-${persona.kernel.release} root=UUID=${rootUuid(machine)} ro quiet`,
    'BIOS-provided physical RAM map:',
    'BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable',
    'BIOS-e820: [mem 0x000000000009fc00-0x000000000009ffff] reserved',
    'BIOS-e820: [mem 0x00000000000f0000-0x00000000000fffff] reserved',
    'BIOS-e820: [mem 0x0000000000100000-0x00000000bffdffff] usable',
    'NX (Execute Disable) protection: active',
    'SMBIOS 2.8 present.',
    'DMI: QEMU Standard PC (i440FX + PIIX, 1996), BIOS rel-1.16.2-0-gea1b7a073390-prebuilt.qemu.org 04/01/2014',
    'Hypervisor detected: KVM',
    'kvm-clock: Using msrs 4b564d01 and 4b564d00',
    'tsc: Detected ' + persona.processor.mhz.toFixed(3) + ' MHz processor',
    'e820: update [mem 0x00000000-0x00000fff] usable ==> reserved',
    'ACPI: RSDP 0x00000000000F5A80 000014 (v00 BOCHS )',
    'No NUMA configuration found',
    'Zone ranges:',
    '  DMA      [mem 0x0000000000001000-0x0000000000ffffff]',
    '  DMA32    [mem 0x0000000001000000-0x00000000ffffffff]',
    `smpboot: Allowing ${persona.processor.count} CPUs, 0 hotplug CPUs`,
    'Booting paravirtualized kernel on KVM',
    'Kernel command line: BOOT_IMAGE=/boot/vmlinuz-' +
      persona.kernel.release +
      ' root=UUID=' +
      rootUuid(machine) +
      ' ro quiet',
    `Memory: ${persona.memoryKb - 60_000}K/${total}K available (14342K kernel code, 2333K rwdata, 9056K rodata, 2796K init, 17404K bss, ${total - persona.memoryKb}K reserved, 0K cma-reserved)`,
    'rcu: Hierarchical RCU implementation.',
    'Console: colour VGA+ 80x25',
    `smpboot: CPU0: ${persona.processor.model} (family: 0x6, model: 0x4f, stepping: 0x1)`,
    'Spectre V2 : Mitigation: Retpolines',
    'devtmpfs: initialized',
    'NET: Registered PF_NETLINK/PF_ROUTE protocol family',
    'pci 0000:00:03.0: [1af4:1000] type 00 class 0x020000',
    'SCSI subsystem initialized',
    'clocksource: Switched to clocksource kvm-clock',
    'NET: Registered PF_INET protocol family',
    'Initialise system trusted keyrings',
    'Freeing unused kernel image (initmem) memory: 2796K',
    'Run /init as init process',
    'virtio_blk virtio1: [vda] ' +
      String(persona.diskBytes / 512) +
      ' 512-byte logical blocks (' +
      (persona.diskBytes / 1e9).toFixed(1) +
      ' GB/' +
      (persona.diskBytes / 2 ** 30).toFixed(1) +
      ' GiB)',
    ' vda: vda1',
    network.interface === 'eth0'
      ? 'virtio_net virtio0 eth0: MAC ' + network.mac
      : `virtio_net virtio0 ${network.interface}: renamed from eth0`,
    'EXT4-fs (vda1): mounted filesystem with ordered data mode. Quota mode: none.',
    "systemd[1]: Inserted module 'autofs4'",
    'systemd[1]: systemd 252.38-1~deb12u1 running in system mode (+PAM +AUDIT +SELINUX +APPARMOR +IMA +SMACK +SECCOMP +GCRYPT -GNUTLS +OPENSSL +ACL +BLKID +CURL +ELFUTILS +FIDO2 +IDN2 -IDN +IPTC +KMOD +LIBCRYPTSETUP +LIBFDISK +PCRE2 -PWQUALITY +P11KIT +QRENCODE +TPM2 +BZIP2 +LZ4 +XZ +ZLIB +ZSTD -BPF_FRAMEWORK -XKBCOMMON +UTMP +SYSVINIT default-hierarchy=unified)',
    'systemd[1]: Detected virtualization kvm.',
    'systemd[1]: Detected architecture x86-64.',
    `systemd[1]: Hostname set to <${machine.hostname}>.`,
    'systemd[1]: Queued start job for default target graphical.target.',
    'systemd[1]: Reached target swap.target - Swaps.',
    'EXT4-fs (vda1): re-mounted. Quota mode: none.',
    'systemd[1]: Started systemd-journald.service - Journal Service.',
    'input: Power Button as /devices/LNXSYSTM:00/LNXPWRBN:00/input/input4',
    'audit: type=1400 audit(' +
      String(Math.floor(machine.bootMs / 1000) + 3) +
      '.108:2): apparmor="STATUS" operation="profile_load" profile="unconfined" name="lsb_release" pid=318 comm="apparmor_parser"',
    `IPv6: ADDRCONF(NETDEV_CHANGE): ${network.interface}: link becomes ready`,
  ]
  let seconds = 0
  return lines.map((line, at) => {
    if (at > 10) seconds += machine.chance(`log ${at}`) * (at > 34 ? 0.34 : 0.031)
    return [Math.round(seconds * 1e6) / 1e6, line] as const
  })
}

import type { MachinePersona } from '../../persona.ts'

/** The flags that KVM passes on of such processors. */
export const x86Flags =
  'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ss syscall nx pdpe1gb rdtscp lm constant_tsc rep_good nopl xtopology cpuid tsc_known_freq pni pclmulqdq vmx ssse3 fma cx16 pcid sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave avx f16c rdrand hypervisor lahf_lm abm 3dnowprefetch cpuid_fault invpcid_single pti ssbd ibrs ibpb stibp tpr_shadow vnmi flexpriority ept vpid ept_ad fsgsbase tsc_adjust bmi1 avx2 smep bmi2 erms invpcid rdseed adx smap xsaveopt arat umip md_clear arch_capabilities'

export const x86Bugs =
  'cpu_meltdown spectre_v1 spectre_v2 spec_store_bypass l1tf mds swapgs taa itlb_multihit mmio_stale_data bhi'

/** Model, stepping, microcode and cache that go with a model's name. */
export function x86Details(model: string): {
  model: number
  stepping: number
  microcode: string
} {
  const haswell = model.includes(' v3 ')
  return haswell
    ? { model: 63, stepping: 2, microcode: '0x49' }
    : { model: 79, stepping: 1, microcode: '0xb000040' }
}

export function cpuinfo(persona: MachinePersona): string {
  if (persona.name === 'router-mips') return router(persona)
  if (persona.name === 'camera-arm') return camera(persona)
  const { model, mhz, count } = persona.processor
  const details = x86Details(model)
  let text = ''
  for (let cpu = 0; cpu < count; cpu++) {
    text +=
      [
        `processor\t: ${cpu}`,
        'vendor_id\t: GenuineIntel',
        'cpu family\t: 6',
        `model\t\t: ${details.model}`,
        `model name\t: ${model}`,
        `stepping\t: ${details.stepping}`,
        `microcode\t: ${details.microcode}`,
        `cpu MHz\t\t: ${mhz.toFixed(3)}`,
        'cache size\t: 16384 KB',
        `physical id\t: ${cpu}`,
        'siblings\t: 1',
        'core id\t\t: 0',
        'cpu cores\t: 1',
        `apicid\t\t: ${cpu}`,
        `initial apicid\t: ${cpu}`,
        'fpu\t\t: yes',
        'fpu_exception\t: yes',
        'cpuid level\t: 13',
        'wp\t\t: yes',
        `flags\t\t: ${x86Flags}`,
        'vmx flags\t: vnmi preemption_timer posted_intr invvpid ept_x_only ept_ad ept_1gb flexpriority apicv tsc_offset vtpr mtf vapic ept vpid unrestricted_guest vapic_reg vid shadow_vmcs pml',
        `bugs\t\t: ${x86Bugs}`,
        `bogomips\t: ${bogomips(mhz)}`,
        'clflush size\t: 64',
        'cache_alignment\t: 64',
        'address sizes\t: 40 bits physical, 48 bits virtual',
        'power management:',
      ].join('\n') + '\n\n'
  }
  return text
}

/** Twice the frequency, by a timer that is known exactly. */
export function bogomips(mhz: number): string {
  return (Math.floor(mhz * 200) / 100).toFixed(2)
}

function router(persona: MachinePersona): string {
  return (
    'system type\t\t: Atheros AR9344 rev 2\nmachine\t\t\t: TP-LINK TL-WDR4300\nprocessor\t\t: 0\n' +
    `cpu model\t\t: ${persona.processor.model}\nBogoMIPS\t\t: 278.93\nwait instruction\t: yes\n` +
    'microsecond timers\t: yes\ntlb_entries\t\t: 32\nextra interrupt vector\t: yes\n' +
    'hardware watchpoint\t: yes, count: 4, address/irw mask: [0x0ffc, 0x0ffc, 0x0ffb, 0x0ffb]\n' +
    'isa\t\t\t: mips1 mips2 mips32r1 mips32r2\nASEs implemented\t: mips16 dsp dsp2\n' +
    'Options implemented\t: tlb 4kex 4k_cache prefetch mcheck ejtag llsc pindexed_dcache userlocal vint perf_cntr_intr_bit perf nan_legacy nan_2008\n' +
    'shadow register sets\t: 1\nkscratch registers\t: 0\npackage\t\t\t: 0\ncore\t\t\t: 0\n' +
    'VCED exceptions\t\t: not available\nVCEI exceptions\t\t: not available\n\n'
  )
}

function camera(persona: MachinePersona): string {
  return (
    `Processor\t: ${persona.processor.model}\nBogoMIPS\t: 269.51\n` +
    'Features\t: swp half thumb fastmult edsp java \nCPU implementer\t: 0x41\nCPU architecture: 5TEJ\n' +
    'CPU variant\t: 0x0\nCPU part\t: 0x926\nCPU revision\t: 5\n\n' +
    'Hardware\t: hi3518\nRevision\t: 0000\nSerial\t\t: 0000000000000000\n'
  )
}

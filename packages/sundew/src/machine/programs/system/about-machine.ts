import type { Process } from '../../machine.ts'
import type { Call, Program } from '../../program.ts'
import { rootUuid, uuidOf } from '../../kernel/proc/uuid.ts'
import { complain } from './documented.ts'

/** Short answers, a program each: what it says to no words at all. */
const answers: Readonly<Record<string, (call: Call) => string>> = {
  arch: ({ machine }) => machine.persona.kernel.machine,
  hostid: ({ machine }) => {
    const [a = 0, b = 0, c = 0, d = 0] = machine.network.address.split('.').map(Number)
    return [b, a, d, c].map((part) => part.toString(16).padStart(2, '0')).join('')
  },
  dnsdomainname: ({ machine }) => machine.hostname.split('.').slice(1).join('.'),
  domainname: () => '(none)',
  nisdomainname: () => '(none)',
  ypdomainname: () => '(none)',
  runlevel: () => 'N 5',
  'systemd-detect-virt': () => 'kvm',
}

export const shortAnswers: Program = {
  names: Object.keys(answers),
  async run(call) {
    const text = answers[call.name]?.(call) ?? ''
    if (text !== '') await call.stdout.write(`${text}\n`)
    return 0
  },
}

export const lsbRelease: Program = {
  names: ['lsb_release'],
  async run(call) {
    const short = call.args.some((arg) => /^-\w*s/.test(arg) || arg === '--short')
    const fields = [
      ['i', 'Distributor ID', 'Debian'],
      ['d', 'Description', 'Debian GNU/Linux 12 (bookworm)'],
      ['r', 'Release', '12'],
      ['c', 'Codename', 'bookworm'],
    ] as const
    const wanted = call.args.filter((arg) => /^-\w+$/.test(arg)).join('')
    const chosen = fields.filter(([letter]) => wanted.includes(letter) || wanted.includes('a'))
    if (!short) await call.stderr.write('No LSB modules are available.\n')
    await call.stdout.write(
      chosen.map(([, name, value]) => (short ? `${value}\n` : `${name}:\t${value}\n`)).join(''),
    )
    return 0
  },
}

export const blkid: Program = {
  names: ['blkid'],
  async run(call) {
    if (call.files.credentials.uid !== 0) return 2
    const part = (key: string): string => uuidOf(call.machine.chance, key).slice(0, 8)
    const lines: readonly (readonly [string, string])[] = [
      [
        '/dev/vda1',
        `UUID="${rootUuid(call.machine)}" BLOCK_SIZE="4096" TYPE="ext4" PARTUUID="${part('disk')}-01"`,
      ],
    ]
    const wanted = call.args.filter((arg) => arg.startsWith('/'))
    const shown = lines.filter(([device]) => wanted.length === 0 || wanted.includes(device))
    await call.stdout.write(shown.map(([device, text]) => `${device}: ${text}\n`).join(''))
    return shown.length === 0 ? 2 : 0
  },
}

export const lspci: Program = {
  names: ['lspci'],
  async run(call) {
    await call.stdout.write(
      '00:00.0 Host bridge: Intel Corporation 440FX - 82441FX PMC [Natoma] (rev 02)\n00:01.0 ISA bridge: Intel Corporation 82371SB PIIX3 ISA [Natoma/Triton II]\n' +
        '00:01.1 IDE interface: Intel Corporation 82371SB PIIX3 IDE [Natoma/Triton II]\n00:01.2 USB controller: Intel Corporation 82371SB PIIX3 USB [Natoma/Triton II] (rev 01)\n' +
        '00:01.3 Bridge: Intel Corporation 82371AB/EB/MB PIIX4 ACPI (rev 03)\n00:02.0 VGA compatible controller: Cirrus Logic GD 5446\n' +
        '00:03.0 Ethernet controller: Red Hat, Inc. Virtio network device\n00:04.0 SCSI storage controller: Red Hat, Inc. Virtio block device\n' +
        '00:05.0 Unclassified device [00ff]: Red Hat, Inc. Virtio memory balloon\n',
    )
    return 0
  },
}

export const pwdx: Program = {
  names: ['pwdx'],
  async run(call) {
    let status = 0
    for (const word of call.args.slice(0, 200)) {
      const process = /^\d{1,10}$/.test(word) ? call.machine.processes.get(Number(word)) : undefined
      if (process === undefined) {
        await call.stderr.write(
          /^\d+$/.test(word) ? `${word}: No such process\n` : `pwdx: invalid process id: ${word}\n`,
        )
        status = 1
      } else await call.stdout.write(`${word}: ${process.directory}\n`)
    }
    return status
  },
}

export const ufw: Program = {
  names: ['ufw'],
  async run(call) {
    if (call.files.credentials.uid !== 0) {
      await call.stderr.write('ERROR: You need to be root to run this script\n')
      return 1
    }
    const [verb] = call.args.filter((arg) => !arg.startsWith('-'))
    const said: Readonly<Record<string, string>> = {
      status: 'Status: inactive\n',
      disable: 'Firewall stopped and disabled on system startup\n',
      allow: 'Rules updated\nRules updated (v6)\n',
      deny: 'Rules updated\nRules updated (v6)\n',
      reload: 'Firewall not enabled (skipping reload)\n',
    }
    if (verb === undefined || !Object.hasOwn(said, verb)) {
      await call.stderr.write(verb === undefined ? 'ERROR: not enough args\n' : 'ERROR: Invalid syntax\n')
      return 1
    }
    await call.stdout.write(said[verb]!)
    return 0
  },
}

/** Lines that `pstree` draws. */
const maxTreeLines = 2000

export const pstree: Program = {
  names: ['pstree', 'pstree.x11'],
  async run(call) {
    const all = call.machine.processes.list().filter((one) => one.argv.length > 0)
    const withPids = call.args.some((arg) => /^-\w*p/.test(arg))
    const label = (one: Process): string => `${one.name}${withPids ? `(${one.pid})` : ''}`
    let text = ''
    let count = 0
    const draw = (one: Process, lead: string): void => {
      if (++count > maxTreeLines) return
      const name = label(one)
      const below = all
        .filter((other) => other.parent === one.pid)
        .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.pid - b.pid))
      text += name
      if (below.length === 0) text += '\n'
      for (const [index, child] of below.entries()) {
        const last = index === below.length - 1
        const stroke = index === 0 ? (last ? '---' : '-+-') : last ? ' `-' : ' |-'
        if (index > 0) text += `${lead}${' '.repeat(name.length)}`
        text += stroke
        draw(child, `${lead}${' '.repeat(name.length)}${last ? '   ' : ' | '}`)
      }
    }
    const wanted = call.args.find((arg) => /^\d{1,10}$/.test(arg))
    const root = all.find((one) => one.pid === Number(wanted ?? 1))
    if (root === undefined) {
      await complain(call, 'No processes found.')
      return 1
    }
    draw(root, '')
    await call.stdout.write(text)
    return 0
  },
}

import { uuidOf } from '../../kernel/proc/uuid.ts'
import type { Call, Program } from '../../program.ts'

export const hostnamectl: Program = {
  names: ['hostnamectl'],
  async run(call) {
    const { machine } = call
    const words = call.args.filter((arg) => !arg.startsWith('-'))
    if (words[0] === 'set-hostname' || (words[0] === 'hostname' && words[1] !== undefined)) {
      if (call.files.credentials.uid !== 0) {
        await call.stderr.write('Could not set static hostname: Interactive authentication required.\n')
        return 1
      }
      if (words[1] === undefined || !/^[A-Za-z0-9.-]{1,64}$/.test(words[1])) {
        await call.stderr.write(
          words[1] === undefined
            ? 'Too few arguments.\n'
            : `Could not set static hostname: Invalid static hostname '${words[1]}'\n`,
        )
        return 1
      }
      machine.hostname = words[1]
      call.files.write('/etc/hostname', Buffer.from(`${words[1]}\n`, 'latin1'))
      return 0
    }
    if (words[0] === 'hostname') {
      await call.stdout.write(`${machine.hostname}\n`)
      return 0
    }
    if (words[0] !== undefined && words[0] !== 'status') {
      await call.stderr.write(`Unknown command verb ${words[0]}.\n`)
      return 1
    }
    await call.stdout.write(
      ` Static hostname: ${machine.hostname}\n       Icon name: computer-vm\n         Chassis: vm ${call.stdout.terminal === undefined ? '' : ''}\n      Machine ID: ${machineId(call)}\n         Boot ID: ${uuidOf(machine.chance, `boot ${machine.bootMs}`).replaceAll('-', '')}\n  Virtualization: kvm\nOperating System: Debian GNU/Linux 12 (bookworm)  \n          Kernel: Linux ${machine.persona.kernel.release}\n    Architecture: x86-64\n Hardware Vendor: QEMU\n  Hardware Model: Standard PC _i440FX + PIIX, 1996_\nFirmware Version: rel-1.16.2-0-gea1b7a073390-prebuilt.qemu.org\n`.replace(
        'vm \n',
        'vm\n',
      ),
    )
    return 0
  },
}

function machineId(call: Call): string {
  try {
    return Buffer.from(call.machine.files.read('/etc/machine-id')).toString('latin1').trim().slice(0, 32)
  } catch {
    return uuidOf(call.machine.chance, 'machine id').replaceAll('-', '')
  }
}

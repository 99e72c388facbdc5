import { misused, quoted, documented } from './documented.ts'

export const uname = documented('uname', async (call, given) => {
  if (given.operands.length > 0) {
    return misused(call, `extra operand ${quoted(call, given.operands[0]!)}`)
  }
  const { kernel } = call.machine.persona
  const values = {
    'kernel-name': kernel.name,
    nodename: call.machine.hostname,
    'kernel-release': kernel.release,
    'kernel-version': kernel.version,
    machine: kernel.machine,
    processor: 'unknown',
    'hardware-platform': 'unknown',
    'operating-system': kernel.operatingSystem,
  }
  const all = given.has('all')
  const words = Object.entries(values)
    .filter(([name, value]) => (all && value !== 'unknown') || given.has(name))
    .map(([, value]) => value)
  await call.stdout.write(`${words.length === 0 ? kernel.name : words.join(' ')}\n`)
  return 0
})

// node harness.ts scp -t /tmp/x, node harness.ts sftp-server: one program of the make-believe machine over standard input and output.
// What happened, and what is left in /tmp, goes to the file that SUNDEW_HARNESS names. As ssh's stand-in (scp -S) its last argument is the command.
import { writeFileSync } from 'node:fs'
import { treeOf } from '../../../src/machine/files/literal.ts'
import type { Happening } from '../../../src/machine/happening.ts'
import type { Call } from '../../../src/machine/program.ts'
import { scp } from '../../../src/machine/transfer/scp.ts'
import { sftpServer } from '../../../src/machine/transfer/sftp-program.ts'

const words =
  process.argv.length > 4 && process.argv[2]?.startsWith('-')
    ? process.argv.at(-1)!.split(' ')
    : process.argv.slice(2)
const tree = treeOf({
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
  '/etc/group': 'root:x:0:\n',
  '/root/notes.txt': 'as they were\n',
  '/root/folder/inner/deep.txt': { content: 'deep', mode: 0o600, timeMs: 1_600_000_000_000 },
  '/root/big.bin': new Uint8Array(700_000).fill(7),
  '/tmp': { directory: true, mode: 0o1777 },
  '/rom': { directory: true },
})
tree.mount({ device: 'rom', path: '/rom', type: 'squashfs', options: 'ro' })
const happened: Happening[] = []
const input = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>
const output = {
  write: async (bytes: Uint8Array | string) => {
    const whole = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
    await new Promise<void>((resolve) => process.stdout.write(whole, () => resolve()))
  },
}
const program = words[0] === 'scp' ? scp : sftpServer
// Only what these two use of a call.
const call = {
  args: words.slice(1),
  directory: '/root',
  umask: 0o022,
  stdin: { read: async () => (await input.next()).value as Uint8Array | undefined },
  stdout: output,
  stderr: output,
  files: tree.files,
  machine: { now: Date.now },
  path: (name: string) => (name.startsWith('/') ? name : `/root/${name}`),
  spend: async () => {},
  happened: (happening: Happening) => happened.push(happening),
} as unknown as Call
const exit = await program.run(call)

const left: Record<string, string> = {}
const look = (path: string): void => {
  for (const name of tree.files.list(path)) {
    const stat = tree.files.lstat(`${path}/${name}`)
    const content =
      stat.type === 'file' ? Buffer.from(tree.files.read(`${path}/${name}`)).toString('base64') : ''
    left[`${path}/${name}`] = `${stat.mode.toString(8)} ${stat.mtimeMs} ${content}`
    if (stat.type === 'directory') look(`${path}/${name}`)
  }
}
look('/tmp')
const report = process.env['SUNDEW_HARNESS']
const said = happened.map((h) =>
  h.type === 'file' ? { ...h, bytes: Buffer.from(h.bytes).toString('base64') } : h,
)
if (report !== undefined) writeFileSync(report, JSON.stringify({ happened: said, left }))
process.exitCode = exit
// It would keep this process, for which scp waits.
process.stdin.destroy()

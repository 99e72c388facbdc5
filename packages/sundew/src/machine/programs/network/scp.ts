import type { Program } from '../../program.ts'
import { scp as server } from '../../transfer/scp.ts'
import { ssh } from './ftp.ts'

/** `scp`: with -t and -f the other end of a transfer, else the client, which reaches nobody. */
export const scp: Program = {
  names: ['scp'],
  run: (call) => (call.args.some((arg) => /^-[a-zA-Z]*[tf]/.test(arg)) ? server : ssh).run(call),
}

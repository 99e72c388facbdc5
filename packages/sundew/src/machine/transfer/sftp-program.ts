import type { Program } from '../program.ts'
import { SftpServer } from './sftp-server.ts'

/** /usr/lib/openssh/sftp-server: SFTP over standard input and output. */
export const sftpServer: Program = {
  names: ['sftp-server'],
  async run(call) {
    const server = new SftpServer({
      files: call.files,
      directory: call.directory,
      umask: call.umask,
      now: () => call.machine.now(),
      happened: (happening) => call.happened(happening),
    })
    try {
      for (;;) {
        const bytes = await call.stdin.read()
        if (bytes === undefined) return 0
        server.feed(bytes)
        for (let answer = server.next(); answer !== undefined; answer = server.next()) {
          await call.spend()
          await call.stdout.write(answer)
        }
        if (server.exit !== undefined) return server.exit
      }
    } finally {
      server.end()
    }
  },
}

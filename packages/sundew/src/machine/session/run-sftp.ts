import { Killed } from '../program.ts'
import { Budget } from '../shell/budget.ts'
import { SftpServer } from '../transfer/sftp-server.ts'
import type { Installed, ProgramStart } from './installed.ts'

/** sshd's subsystem sftp, until the peer has said all. @throws Killed */
export async function runSftp(installed: Installed, start: ProgramStart): Promise<number> {
  const { machine } = installed
  const { signal } = start
  const budget = new Budget((limit, value) => start.happened({ type: 'limit', limit, value }))
  const server = new SftpServer({
    files: machine.files.as(start.credentials, start.process.pid),
    directory: start.directory,
    umask: 0o022,
    now: () => machine.now(),
    happened: start.happened,
  })
  try {
    for (;;) {
      const bytes = await start.stdin.read()
      if (signal.aborted) throw signal.reason instanceof Killed ? signal.reason : new Killed(1)
      if (bytes === undefined) return 0
      server.feed(bytes)
      for (let answer = server.next(); answer !== undefined; answer = server.next()) {
        await start.stdout.write(answer)
        await budget.spend(8)
        if (signal.aborted) throw signal.reason instanceof Killed ? signal.reason : new Killed(1)
      }
      if (server.exit !== undefined) return server.exit
    }
  } finally {
    server.end()
  }
}

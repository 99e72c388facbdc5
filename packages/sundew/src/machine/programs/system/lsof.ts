import { nameOfUser } from '../../files/accounts.ts'
import { descriptors } from '../../kernel/proc/of-process.ts'
import { socketsOf } from '../../kernel/sockets.ts'
import type { Program } from '../../program.ts'

export const lsof: Program = {
  names: ['lsof'],
  async run(call) {
    const { machine, files } = call
    const wrong = call.args.find((arg) => /^-[^inPptTuUacsFlbCdhvwVX+]/.test(arg))
    if (wrong !== undefined || call.args.includes('-h')) {
      await call.stderr.write(
        `lsof: illegal option character: ${wrong?.[1] ?? 'h'}\nlsof 4.95.0\n latest revision: https://github.com/lsof-org/lsof\n latest FAQ: https://github.com/lsof-org/lsof/blob/master/00FAQ\n latest (non-formatted) man page: https://github.com/lsof-org/lsof/blob/master/Lsof.8\n usage: [-?abhKlnNoOPRtUvVX] [+|-c c] [+|-d s] [+D D] [+|-E] [+|-e s] [+|-f[gG]]\n [-F [f]] [-g [s]] [-i [i]] [+|-L [l]] [+m [m]] [+|-M] [-o [o]] [-p s]\n [+|-r [t]] [-s [p:s]] [-S [t]] [-T [t]] [-u s] [+|-w] [-x [fl]] [--] [names]\nUse the \`\`-h'' option to get more help information.\n`,
      )
      return 1
    }
    const port = call.args.map((arg) => /^-?i?:(\d{1,5})$/.exec(arg)?.[1]).find((one) => one !== undefined)
    const rows: string[][] = []
    const visible = machine.processes
      .list()
      .filter((one) => files.credentials.uid === 0 || one.credentials.uid === files.credentials.uid)
    const pidAt = call.args.indexOf('-p')
    const pids = pidAt < 0 ? undefined : new Set((call.args[pidAt + 1] ?? '').split(',').map(Number))
    if (call.args.some((arg) => arg.startsWith('-i') || /^-[nPt]+i/.test(arg))) {
      for (const one of socketsOf(machine)) {
        if (
          one.process === undefined ||
          (!visible.includes(machine.processes.get(one.process.pid) ?? one.process) &&
            files.credentials.uid !== 0)
        )
          continue
        if (port !== undefined && one.local.port !== Number(port) && one.peer.port !== Number(port)) continue
        const local = `${one.local.address === '0.0.0.0' || one.local.address === '::' ? '*' : one.local.address}:${one.local.port}`
        const name =
          one.state === 'ESTABLISHED'
            ? `${local}->${one.peer.address}:${one.peer.port} (ESTABLISHED)`
            : `${local}${one.state === 'LISTEN' ? ' (LISTEN)' : ''}`
        rows.push([
          one.process.name.slice(0, 9),
          String(one.process.pid),
          nameOfUser(files, one.process.credentials.uid),
          `${one.descriptor}u`,
          `IPv${one.family}`,
          String(one.inode),
          '0t0',
          one.protocol.toUpperCase(),
          name,
        ])
      }
    } else {
      for (const one of visible) {
        if (pids !== undefined && !pids.has(one.pid)) continue
        if (one.argv.length === 0) continue
        const user = nameOfUser(files, one.credentials.uid)
        rows.push([
          one.name.slice(0, 9),
          String(one.pid),
          user,
          'cwd',
          'DIR',
          '254,1',
          '4096',
          '2',
          one.directory,
        ])
        rows.push([one.name.slice(0, 9), String(one.pid), user, 'rtd', 'DIR', '254,1', '4096', '2', '/'])
        rows.push([
          one.name.slice(0, 9),
          String(one.pid),
          user,
          'txt',
          'REG',
          '254,1',
          '1265648',
          '131422',
          one.executable,
        ])
        for (const [number, target] of descriptors(one, machine))
          rows.push([
            one.name.slice(0, 9),
            String(one.pid),
            user,
            `${number}u`,
            target.startsWith('/dev') ? 'CHR' : target.startsWith('socket') ? 'unix' : 'FIFO',
            '136,0',
            '0t0',
            '3',
            target,
          ])
        await call.spend()
      }
    }
    if (rows.length === 0) return 1
    if (call.args.some((arg) => /^-\w*t/.test(arg))) {
      await call.stdout.write([...new Set(rows.map((row) => row[1]!))].map((pid) => `${pid}\n`).join(''))
      return 0
    }
    const heads = ['COMMAND', 'PID', 'USER', 'FD', 'TYPE', 'DEVICE', 'SIZE/OFF', 'NODE', 'NAME']
    const width = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]!.length)))
    const right = new Set([1, 2, 3, 4, 5, 6, 7])
    await call.stdout.write(
      [heads, ...rows]
        .map(
          (row) =>
            `${row.map((cell, at) => (at === 8 ? cell : right.has(at) ? cell.padStart(width[at]!) : cell.padEnd(width[at]!))).join(' ')}\n`,
        )
        .join(''),
    )
    return 0
  },
}

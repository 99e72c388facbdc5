import { createHash, randomBytes } from 'node:crypto'
import { answer } from '../common/answer.ts'
import { latin1 } from '../common/lines.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { makeFolders } from '../files/mkdir.ts'

/** `ssh-keygen`: keys that look like keys. Nothing can be opened with them: their numbers are drawn by lot. */
export const sshKeygen = tool('ssh-keygen', async (t: Tool) => {
  const o = new Map<string, string>()
  for (let i = 0; i < t.args.length; i++) {
    const match = /^-([a-zA-Z])(.*)$/s.exec(t.args[i]!)
    if (match === null) continue
    if ('tfNCbPaEmRO'.includes(match[1]!)) o.set(match[1]!, match[2] || (t.args[++i] ?? ''))
    else o.set(match[1]!, '')
  }
  const home = t.call.environment.get('HOME') ?? '/root'
  const kind = o.get('t') ?? 'rsa'
  if (!/^(rsa|dsa|ecdsa|ed25519)$/.test(kind)) throw new Exit(255, `unknown key type ${kind}\n`)
  const file = o.get('f') ?? `${home}/.ssh/id_${kind}`
  if (o.has('l') || o.has('y')) {
    let text: string
    try {
      const pub = `${t.call.path(file)}.pub`
      text = latin1(t.files.read(t.files.exists(pub) ? pub : t.call.path(file)))
    } catch (error) {
      throw new Exit(255, `ssh-keygen: ${file}: ${reasonOf(error)}\n`)
    }
    const match = /^(ssh-\S+|ecdsa-\S+) (\S+) ?(.*)$/m.exec(text)
    if (match === null) throw new Exit(255, `${file} is not a public key file.\n`)
    if (o.has('y')) t.put(`${match[0]}\n`)
    else {
      const blob = Buffer.from(match[2]!, 'base64')
      const name =
        match[1] === 'ssh-rsa'
          ? 'RSA'
          : match[1] === 'ssh-ed25519'
            ? 'ED25519'
            : match[1]!.startsWith('ecdsa')
              ? 'ECDSA'
              : 'DSA'
      const bits = name === 'ED25519' || name === 'ECDSA' ? 256 : Math.max(0, (blob.length - 22) * 8)
      t.put(
        `${bits} SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')} ${match[3] || 'no comment'} (${name})\n`,
      )
    }
    return 0
  }
  t.put(`Generating public/private ${kind} key pair.\n`)
  const path = t.call.path(file)
  if (t.files.exists(path)) {
    t.put(`${file} already exists.\n`)
    if (!(await answer(t, 'Overwrite (y/n)? '))) return 1
  }
  const type =
    kind === 'rsa'
      ? 'ssh-rsa'
      : kind === 'ed25519'
        ? 'ssh-ed25519'
        : kind === 'dsa'
          ? 'ssh-dss'
          : 'ecdsa-sha2-nistp256'
  const bits = Math.min(Math.max(Number(o.get('b') ?? 3072) || 3072, 1024), 16_384)
  const number = Buffer.concat([Buffer.of(0), randomBytes(bits / 8)])
  number[1]! |= 0x80
  const blob =
    kind === 'rsa'
      ? Buffer.concat([field(Buffer.from(type)), field(Buffer.of(1, 0, 1)), field(number)])
      : Buffer.concat([
          field(Buffer.from(type)),
          ...(kind === 'ecdsa'
            ? [field(Buffer.from('nistp256')), field(Buffer.concat([Buffer.of(4), randomBytes(64)]))]
            : [field(randomBytes(32))]),
        ])
  const comment = o.get('C') ?? `${t.call.environment.get('USER') ?? 'root'}@${t.call.machine.hostname}`
  const check = randomBytes(4)
  const secret = Buffer.concat([
    check,
    check,
    blob,
    field(randomBytes(kind === 'rsa' ? bits / 8 : 64)),
    ...(kind === 'rsa'
      ? [field(randomBytes(bits / 16)), field(randomBytes(bits / 16)), field(randomBytes(bits / 16))]
      : []),
    field(Buffer.from(comment, 'latin1')),
  ])
  const padded = Buffer.concat([
    secret,
    Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1)),
  ])
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field(Buffer.from('none')),
    field(Buffer.from('none')),
    field(Buffer.alloc(0)),
    Buffer.of(0, 0, 0, 1),
    field(blob),
    field(padded),
  ]).toString('base64')
  try {
    const folder = file.replace(/\/?[^/]*$/, '')
    if (folder.endsWith('/.ssh') && !t.files.exists(t.call.path(folder))) {
      await makeFolders(t, folder)
      t.files.chmod(t.call.path(folder), 0o700)
      t.put(`Created directory '${folder}'.\n`)
    }
    t.files.write(
      path,
      Buffer.from(
        `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.match(/.{1,70}/g)!.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`,
      ),
      0o600,
    )
    t.files.write(
      `${path}.pub`,
      Buffer.from(`${type} ${blob.toString('base64')} ${comment}\n`, 'latin1'),
      0o644,
    )
  } catch (error) {
    throw new Exit(1, `Saving key "${file}" failed: ${reasonOf(error)}\n`)
  }
  t.put(
    `Your identification has been saved in ${file}\nYour public key has been saved in ${file}.pub\nThe key fingerprint is:\nSHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')} ${comment}\n`,
  )
  return 0
})

function field(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

const maxRandomBytes = 65_536

/** `openssl`: version, rand, base64, digests. */
export const openssl = tool('openssl', async (t: Tool) => {
  const [command, ...args] = t.args
  if (command === undefined) return t.call.stdin.terminal === undefined ? 0 : 0
  if (command === 'version') {
    t.put('OpenSSL 3.0.15 3 Sep 2024 (Library: OpenSSL 3.0.15 3 Sep 2024)\n')
    return 0
  }
  if (command === 'rand') {
    const count = Number(args.at(-1))
    if (!(count > 0)) throw new Exit(1, 'rand: Use -help for summary.\n')
    const bytes = randomBytes(Math.min(count, maxRandomBytes))
    if (args.includes('-hex')) t.put(`${bytes.toString('hex')}\n`)
    else if (args.includes('-base64')) t.put(`${bytes.toString('base64').replace(/(.{64})(?=.)/g, '$1\n')}\n`)
    else await t.write(bytes)
    return 0
  }
  const digest =
    command === 'dgst'
      ? (args.find((arg) => /^-(md5|sha1|sha256|sha512)$/.test(arg)) ?? '-sha256').slice(1)
      : /^(md5|sha1|sha256|sha512)$/.test(command)
        ? command
        : undefined
  if (digest !== undefined) {
    const names = args.filter((arg) => !arg.startsWith('-'))
    for (const name of names.length === 0 ? ['-'] : names) {
      const hash = createHash(digest)
      try {
        const input = t.input(name)
        for (;;) {
          const bytes = await input.read()
          if (bytes === undefined) break
          hash.update(bytes)
        }
        t.put(
          `${digest === 'md5' ? 'MD5' : digest.toUpperCase().replace('SHA', 'SHA2-').replace('SHA2-1', 'SHA1')}(${name === '-' ? 'stdin' : name})= ${hash.digest('hex')}\n`,
        )
      } catch (error) {
        await t.call.stderr.write(`Can't open ${name} for reading, ${reasonOf(error)}\n`)
        t.status = 1
      }
    }
    return t.status
  }
  if (command === 'base64' || (command === 'enc' && args.includes('-base64'))) {
    const input = args[args.indexOf('-in') + 1]
    return t.call.run([
      'base64',
      ...(args.includes('-d') ? ['-d'] : args.includes('-A') ? ['-w', '0'] : ['-w', '64']),
      ...(args.includes('-in') && input !== undefined ? [input] : []),
    ])
  }
  if (command === 'passwd') {
    const password = args.filter((arg, i) => !arg.startsWith('-') && args[i - 1] !== '-salt').at(-1)
    if (password !== undefined) t.call.happened({ type: 'secret', user: '', password, program: 'openssl' })
    const salt = args.includes('-salt')
      ? args[args.indexOf('-salt') + 1]!
      : randomBytes(6).toString('base64').replace(/[+=]/g, '.')
    const kind = args.includes('-6') ? '6' : args.includes('-5') ? '5' : '1'
    const digits = createHash('sha512')
      .update(`${salt}:${password}`)
      .digest('base64')
      .replaceAll('+', '.')
      .slice(0, { '6': 86, '5': 43, '1': 22 }[kind])
    t.put(`$${kind}$${salt.slice(0, 16)}$${digits}\n`)
    return 0
  }
  await t.call.stderr.write(`Invalid command '${command}'; type "help" for a list.\n`)
  return 1
})

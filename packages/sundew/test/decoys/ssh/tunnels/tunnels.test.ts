import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { until } from '../../host.ts'
import { faultsOf } from '../../valid.ts'
import { Bench } from './bench.ts'
import { overTls } from './over-tls.ts'

/** What sshd 9.2 answers, recorded with `ssh -W`. */
const failures: readonly (readonly [host: string, port: number, code: number, text: string])[] = [
  ['127.0.0.1', 1, 2, 'Connection refused'],
  ['localhost', 3307, 2, 'Connection refused'],
  ['nosuch.invalid', 25, 2, 'Name or service not known'],
  ['foo', 25, 2, 'Name or service not known'],
  ['300.1.1.1', 25, 2, 'Name or service not known'],
  ['224.0.0.1', 25, 2, 'open failed'],
  ['2001:db8::1', 25, 2, 'open failed'],
  ['example.org', 70_000, 1, 'open failed'],
]

describe('a tunnel that does not open', () => {
  for (const [host, port, code, text] of failures)
    test(`to ${host} port ${port} fails with "${text}"`, async () => {
      await using bench = await Bench.start()
      const channel = await bench.open(host, port)
      assert.deepEqual(bench.answers.get(channel), { opened: false, code, text })
      const [opened] = bench.of('tunnel.open')
      assert.equal(opened?.target_host, host)
      assert.equal(opened.target_port, port)
      assert.equal(opened.fields.answered_by, undefined)
      assert.deepEqual(bench.events.flatMap(faultsOf), [])
    })

  test('times out where the target never answers', async () => {
    await using bench = await Bench.start({ timeout_seconds: 1 })
    const channels = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'].map((host) =>
      bench.ask(host, 25),
    )
    const late = (): number[] =>
      channels.filter((channel) => {
        const answer = bench.answers.get(channel)
        return answer?.opened === false && answer.text === 'Connection timed out'
      })
    assert.deepEqual(late(), [], 'not at once')
    await until(() => late().length > 0, 'one has timed out')
    assert.equal(
      bench.of('tunnel.open').some(({ fields }) => fields.outcome === 'timed_out'),
      true,
    )
  })

  test('is prohibited where the owner allows none, and recorded', async () => {
    await using bench = await Bench.start({ allow: false })
    const channel = await bench.open('example.org', 25)
    assert.deepEqual(bench.answers.get(channel), { opened: false, code: 1, text: 'open failed' })
    assert.equal(bench.of('tunnel.open')[0]?.fields.outcome, 'prohibited')
  })
})

describe('a tunnel to a mail server', () => {
  test('is greeted at once in the name of the host asked for, and its mail is of the SSH session', async () => {
    await using bench = await Bench.start()
    const channel = await bench.open('GMAIL-smtp-in.l.google.com', 25)
    await bench.heard(channel, '220 gmail-smtp-in.l.google.com ESMTP')
    bench.send(
      channel,
      'EHLO ylmf-pc\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@example.org>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n',
    )
    await bench.heard(channel, /queued as \w+\r\n221 /)
    await until(() => bench.signals.get(channel)?.includes('eof') ?? false, 'the end is told')
    bench.signal(channel, 'channelEof')
    await until(() => bench.signals.get(channel)?.includes('close') ?? false, 'it is closed')
    bench.signal(channel, 'channelClose')
    const [mail] = bench.of('mail.received')
    const [opened] = bench.of('tunnel.open')
    assert.equal(mail?.session, 'the session')
    assert.equal(mail.service, 'smtp')
    assert.equal(mail.source_ip, '203.0.113.9')
    assert.equal(mail.tunnel, opened?.tunnel)
    assert.equal(mail.target_host, 'GMAIL-smtp-in.l.google.com')
    assert.equal(mail.fields.helo, 'ylmf-pc')
    assert.equal(opened?.service, 'ssh')
    assert.equal(opened.fields.answered_by, 'smtp')
    const [closed = assert.fail()] = bench.of('tunnel.close')
    assert.equal(closed.tunnel, opened.tunnel)
    assert.equal(closed.fields.sent_bytes, bench.text(channel).length)
    assert.deepEqual(bench.events.flatMap(faultsOf), [])
    // Its number is free again.
    const next = await bench.open('example.org', 25)
    assert.equal(bench.id(next), bench.id(channel))
  })

  test('is greeted in our own name where an address or this machine was asked for', async () => {
    await using bench = await Bench.start()
    for (const host of ['66.218.85.52', 'localhost', '192.0.2.1']) {
      const channel = await bench.open(host, 25)
      await bench.heard(channel, '220 mx.example.net ESMTP')
    }
  })

  test('speaks TLS first at 465, to the name asked for', async () => {
    await using bench = await Bench.start()
    const channel = await bench.open('smtp.gmail.com', 465)
    const { text, names } = await overTls(bench, channel, undefined, '220 ')
    assert.match(text, /^220 smtp\.gmail\.com ESMTP/)
    assert.match(names, /smtp\.gmail\.com/)
    const [print] = bench.of('client.fingerprint')
    assert.equal(print?.fields.method, 'ja4')
    assert.equal(print.session, 'the session')
    assert.equal(print.target_host, 'smtp.gmail.com')
  })

  test('says no more than the client takes, and goes on once it takes more', async () => {
    await using bench = await Bench.start()
    const channel = await bench.open('example.org', 25, { window: 10 })
    await bench.heard(channel, '220 exampl')
    assert.equal(bench.text(channel).length, 10)
    bench.widen(channel, 1_000)
    await bench.heard(channel, 'ESMTP')
  })
})

test('a decoy that stands for another port answers tunnels to that', async () => {
  await using bench = await Bench.start()
  const asked = Array.from({ length: 20 }, (_, i) => bench.ask(`host${i}.example.org`, 3306))
  await until(() => asked.some((channel) => bench.text(channel) !== ''), 'one is greeted')
  assert.ok(bench.of('tunnel.open').every(({ fields }) => (fields.answered_by ?? 'smtp') === 'smtp'))
})

describe('a tunnel to a web server', () => {
  test('answers in the name of the host asked for', async () => {
    await using bench = await Bench.start()
    const channel = await bench.open('www.example.org', 80)
    bench.send(channel, 'GET /no HTTP/1.1\r\nHost: www.example.org\r\n\r\n')
    await bench.heard(channel, 'Server at www.example.org Port 80')
    const [request] = bench.of('http.request')
    assert.equal(request?.service, 'http')
    assert.equal(request.target_host, 'www.example.org')
  })

  test('keeps the name and the fingerprint of a ClientHello', async () => {
    await using bench = await Bench.start()
    const channel = await bench.open('216.58.215.100', 443)
    const { names } = await overTls(bench, channel, 'www.google.com', '')
    assert.match(names, /www\.google\.com/)
    const [print] = bench.of('client.fingerprint')
    assert.equal(print?.fields.server_name, 'www.google.com')
  })

  const pages: readonly (readonly [host: string, path: string, expected: RegExp])[] = [
    ['ip-api.com', '/json', /"status":"success".*"query":"198\.51\.100\.7"\}$/],
    ['ip-api.com', '/line/?fields=query', /\r\n\r\n198\.51\.100\.7\n$/],
    ['ifconfig.me', '/', /via: 1\.1 google\r\n\r\n198\.51\.100\.7$/],
    [
      'icanhazip.com',
      '/',
      /Server: cloudflare\r\nCF-RAY: [0-9a-f]{16}-FRA\r\n[^]*\r\n\r\n198\.51\.100\.7\n$/,
    ],
    ['api.ipify.org', '/?format=json', /\r\n\r\n\{"ip":"198\.51\.100\.7"\}$/],
    ['checkip.amazonaws.com', '/', /\r\n\r\n198\.51\.100\.7\n$/],
    ['ipinfo.io', '/json', /\{\n {2}"ip": "198\.51\.100\.7",/],
    ['httpbin.org', '/ip', /"origin": "198\.51\.100\.7"/],
  ]
  for (const [host, path, expected] of pages)
    test(`tells the visitor's address at ${host}${path}`, async () => {
      await using bench = await Bench.start({ seen_address: '198.51.100.7' })
      const channel = await bench.open(host, 80)
      bench.send(channel, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: curl/8\r\n\r\n`)
      await bench.heard(channel, expected)
      assert.match(bench.text(channel), /^HTTP\/1\.1 200 OK\r\n/)
    })

  test('tells the address that the intruder came to where the owner names none', async () => {
    await using bench = await Bench.start()
    const channel = await bench.open('icanhazip.com', 80)
    bench.send(channel, 'GET / HTTP/1.0\r\nHost: icanhazip.com\r\n\r\n')
    await bench.heard(channel, /\r\n\r\n192\.0\.2\.1\n$/)
  })
})

test('TLS goes through a window of fifty bytes at a time', async () => {
  await using bench = await Bench.start()
  const channel = await bench.open('www.example.org', 443, { window: 50, maxPacket: 20 })
  const widening = setInterval(() => bench.widen(channel, 50), 1)
  try {
    const { names } = await overTls(bench, channel, 'www.example.org', '')
    assert.match(names, /www\.example\.org/)
  } finally {
    clearInterval(widening)
  }
  assert.ok(bench.data.get(channel)!.every(({ length }) => length <= 20))
})

// From logs of others (2018 to 2021): a run at Yahoo's mail servers with looks at ya.ru between, a password tried at a
// WordPress, and a ClientHello in the form of SSL 2.
test('what was sent through tunnels in the wild is answered and told under one session', async () => {
  await using bench = await Bench.start()
  for (const host of ['66.218.85.52', '66.218.85.139']) {
    const channel = await bench.open(host, 25)
    await bench.heard(channel, '220 ')
  }
  const look = await bench.open('ya.ru', 443)
  await overTls(bench, look, 'ya.ru', '')
  const blog = await bench.open('blog.example.org', 80)
  const call =
    '<?xml version="1.0" encoding="UTF-8"?><methodCall><methodName>wp.getUsersBlogs</methodName><params><param><value>admin</value></param><param><value>password11\r</value></param></params></methodCall>'
  bench.send(
    blog,
    `POST /xmlrpc.php HTTP/1.1\r\nHost: blog.example.org\r\nConnection: keep-alive\r\nContent-Length: ${call.length}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n${call}`,
  )
  await bench.heard(blog, 'HTTP/1.1 ')
  const old = await bench.open('2.17.227.183', 443)
  bench.send(old, `\x80z\x01\x03\x01\0Q\0\0\0 \0\x009\0\x008\0\x005${'\0'.repeat(0x7a)}`)
  await until(() => bench.signals.get(old)?.includes('eof') ?? false, 'it is ended')
  assert.deepEqual(
    bench
      .of('tunnel.open')
      .map(({ target_host, target_port, fields }) => [target_host, target_port, fields.outcome]),
    [
      ['66.218.85.52', 25, 'opened'],
      ['66.218.85.139', 25, 'opened'],
      ['ya.ru', 443, 'opened'],
      ['blog.example.org', 80, 'opened'],
      ['2.17.227.183', 443, 'opened'],
    ],
  )
  const [login] = bench.of('login.attempt')
  assert.deepEqual(
    [login?.fields.user_name, login?.fields.password, login?.service, login?.target_host],
    ['admin', 'password11', 'http', 'blog.example.org'],
  )
  assert.ok(bench.of('protocol.malformed').some(({ fields }) => fields.reason === 'tls.bad-hello'))
  assert.deepEqual([...new Set(bench.events.map(({ session }) => session))], ['the session'])
  assert.deepEqual(bench.events.flatMap(faultsOf), [])
})

describe('the sink', () => {
  const everything = { other_ports_share: 1 }

  test('keeps every piece with its direction and time, and answers nothing', async () => {
    await using bench = await Bench.start(everything)
    const channel = await bench.open('example.org', 31_337)
    bench.send(channel, 'one\0')
    await until(() => bench.of('tunnel.data').length === 1, 'the first is kept')
    bench.send(channel, 'two')
    await until(() => bench.of('tunnel.data').length === 2, 'the second is kept')
    bench.signal(channel, 'channelClose')
    await until(() => bench.of('tunnel.close').length === 1, 'it is over')
    assert.deepEqual(
      bench.of('tunnel.data').map(({ fields }) => [fields.direction, fields.data]),
      [
        ['received', 'one\0'],
        ['received', 'two'],
      ],
    )
    assert.equal(bench.text(channel), '')
    const [{ fields } = assert.fail()] = bench.of('tunnel.close')
    assert.deepEqual([fields.received_bytes, fields.sent_bytes, fields.reason], [7, 0, 'peer'])
  })

  test('closes a tunnel that brings more than it keeps', async () => {
    await using bench = await Bench.start(everything)
    const channel = await bench.open('example.org', 31_337)
    for (let i = 0; i < 5; i++) bench.send(channel, Buffer.alloc(20_000, 65 + i))
    await until(() => bench.signals.get(channel)?.includes('eof') ?? false, 'it is ended')
    const kept = bench.of('tunnel.data').reduce((sum, { fields }) => sum + fields.data.length, 0)
    assert.equal(kept, 64 * 1024)
    assert.equal(bench.of('limit.reached')[0]?.fields.limit, 'tunnel_kept')
  })

  test('hands over to the web server who speaks HTTP or TLS where none is expected', async () => {
    await using bench = await Bench.start(everything)
    const clear = await bench.open('example.org', 7_001)
    bench.send(clear, 'GET /x HTTP/1.1\r\nHost: example.org:7001\r\n\r\n')
    await bench.heard(clear, 'HTTP/1.1 404')
    const secure = await bench.open('example.org', 7_002)
    await overTls(bench, secure, 'example.org', '')
    assert.equal(bench.of('client.fingerprint').length, 1)
    assert.equal(bench.of('tunnel.data').length, 0)
  })

  test('greets as servers do that speak first, after TLS where they are behind it', async () => {
    await using bench = await Bench.start()
    const open = async (port: number): Promise<number> => {
      // Not all hosts have such a server.
      const asked = Array.from({ length: 20 }, (_, i) => bench.ask(`host${i}.example.org`, port))
      const opened = (): number | undefined => asked.find((channel) => bench.answers.get(channel)?.opened)
      await until(() => opened() !== undefined, 'one of them is opened')
      return opened()!
    }
    await bench.heard(await open(110), '+OK Dovecot')
    await bench.heard(await open(143), '* OK [CAPABILITY IMAP4rev1')
    await bench.heard(await open(21), '220 (vsFTPd')
    const { text } = await overTls(bench, await open(993), 'imap.example.org', '* OK')
    assert.match(text, /^\* OK \[CAPABILITY IMAP4rev1 /)
    const ssh = await open(22)
    await bench.heard(ssh, /^SSH-2\.0-OpenSSH_\S+ \S+\r\n$/)
    bench.send(ssh, 'GET / HTTP/1.0\r\n\r\n')
    await bench.heard(ssh, 'Invalid SSH identification string.\r\n')
    assert.ok(bench.of('tunnel.data').some(({ fields }) => fields.direction === 'sent'))
  })
})

describe('a port to listen on', () => {
  const granted = (bench: Bench): (boolean | number)[] =>
    bench.replies.map((reply) =>
      reply === undefined ? false : reply.length === 0 ? true : Buffer.from(reply).readUInt32BE(),
    )

  test('is given to root, and above 1023 to all, once', async () => {
    await using bench = await Bench.start()
    bench.user = 'bob'
    bench.forward('tcpip-forward', 'localhost', 80)
    bench.forward('tcpip-forward', 'localhost', 8_080)
    bench.forward('tcpip-forward', 'localhost', 8_080)
    bench.user = 'root'
    bench.forward('tcpip-forward', '', 81)
    bench.forward('tcpip-forward', '', 25)
    bench.forward('tcpip-forward', '', 70_000)
    assert.deepEqual(granted(bench), [false, true, false, true, false, false])
    assert.deepEqual(
      bench.of('tunnel.listen').map(({ fields }) => [fields.listen_port, fields.granted]),
      [
        [80, false],
        [8_080, true],
        [8_080, false],
        [81, true],
        [25, false],
        [70_000, false],
      ],
    )
  })

  test('is chosen where any will do, and can be given back once', async () => {
    await using bench = await Bench.start()
    bench.forward('tcpip-forward', 'localhost', 0)
    const [port] = granted(bench)
    assert.ok(typeof port === 'number' && port >= 32_768 && port < 61_000)
    bench.forward('cancel-tcpip-forward', 'localhost', port)
    bench.forward('cancel-tcpip-forward', 'localhost', port)
    assert.deepEqual(granted(bench).slice(1), [true, false])
    assert.deepEqual(bench.events.flatMap(faultsOf), [])
  })
})

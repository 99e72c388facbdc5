import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  parseChannelData,
  parseChannelSignal,
  parseExtendedData,
  parseWindowAdjust,
  writeChannelData,
  writeChannelSignal,
  writeExtendedData,
  writeWindowAdjust,
} from '../../../src/wire/ssh/message/channel-data.ts'
import {
  openFailure,
  parseChannelOpen,
  parseOpenAnswer,
  writeForwardedOpen,
  writeOpenConfirmation,
  writeOpenFailure,
} from '../../../src/wire/ssh/message/channel-open.ts'
import {
  parseChannelRequest,
  writeEndOfWrite,
  writeExitSignal,
  writeExitStatus,
} from '../../../src/wire/ssh/message/channel-request.ts'
import { parseExtInfo, writeExtInfo } from '../../../src/wire/ssh/message/ext-info.ts'
import {
  parseGlobalRequest,
  writeHostKeys,
  writeKeepalive,
  writeRequestFailure,
  writeRequestSuccess,
} from '../../../src/wire/ssh/message/global-request.ts'
import { messageNumber } from '../../../src/wire/ssh/message/message-number.ts'
import {
  parseDebug,
  parseDisconnect,
  parseIgnore,
  parseNewKeys,
  parseServiceRequest,
  writeDebug,
  writeDisconnect,
  writeNewKeys,
  writeServiceAccept,
  writeUnimplemented,
} from '../../../src/wire/ssh/message/transport.ts'
import {
  maxAnswers,
  parseAuthRequest,
  parseInfoResponse,
  writeAuthBanner,
  writeAuthFailure,
  writeAuthSuccess,
  writeInfoRequest,
  writePublicKeyOk,
} from '../../../src/wire/ssh/message/user-auth.ts'
import { WireWriter } from '../../../src/wire/ssh/message/wire-writer.ts'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'))
const written = (writer: WireWriter) => new Uint8Array(writer.bytes())
const auth = (method: string) =>
  new WireWriter(messageNumber.userauthRequest).string('ro\0ot').string('ssh-connection').string(method)
const open = (type: string) =>
  new WireWriter(messageNumber.channelOpen).string(type).uint32(3).uint32(2_097_152).uint32(32_768)
const request = (type: string) =>
  new WireWriter(messageNumber.channelRequest).uint32(0).string(type).flag(true)
const global = (type: string) => new WireWriter(messageNumber.globalRequest).string(type).flag(true)

describe('a login attempt', () => {
  const read = (writer: WireWriter) => {
    const parsed = parseAuthRequest(written(writer))
    assert(parsed.state === 'read', JSON.stringify(parsed))
    assert.deepEqual(parsed.message.user, bytes('ro\0ot'))
    assert.equal(parsed.message.service, 'ssh-connection')
    return parsed.message.attempt
  }

  test('by nothing is read', () => {
    assert.deepEqual(read(auth('none')), { method: 'none' })
  })

  test('by a password keeps its bytes, NULs and all', () => {
    assert.deepEqual(read(auth('password').flag(false).string('p\0\xff')), {
      method: 'password',
      password: bytes('p\0\xff'),
      newPassword: undefined,
    })
  })

  test('may change the password', () => {
    assert.deepEqual(read(auth('password').flag(true).string('old').string('new')), {
      method: 'password',
      password: bytes('old'),
      newPassword: bytes('new'),
    })
  })

  test('by a key asks first, then signs what was before the signature', () => {
    const asked = auth('publickey').flag(false).string('ssh-ed25519').string('blob')
    const question = read(asked)
    assert(question.method === 'publickey')
    assert.deepEqual(
      [question.algorithm, question.signature, question.hostKey],
      ['ssh-ed25519', undefined, undefined],
    )
    assert.deepEqual(question.blob, bytes('blob'))
    const whole = written(auth('publickey').flag(true).string('ssh-ed25519').string('blob'))
    const signed = read(new WireWriter().raw(whole).string('signature'))
    assert(signed.method === 'publickey')
    assert.deepEqual(signed.signature, bytes('signature'))
    assert.deepEqual(signed.signed, whole)
  })

  test('by a key bound to a host names the host', () => {
    const attempt = read(
      auth('publickey-hostbound-v00@openssh.com')
        .flag(false)
        .string('rsa-sha2-512')
        .string('blob')
        .string('host'),
    )
    assert(attempt.method === 'publickey')
    assert.deepEqual(attempt.hostKey, bytes('host'))
  })

  test('by questions is read', () => {
    assert.deepEqual(read(auth('keyboard-interactive').string('').string('pam')), {
      method: 'keyboard-interactive',
      language: bytes(''),
      devices: bytes('pam'),
    })
  })

  test('by another method keeps what it said', () => {
    assert.deepEqual(read(auth('gssapi-with-mic').uint32(1)), {
      method: 'other',
      name: 'gssapi-with-mic',
      fields: bytes('\0\0\0\x01'),
    })
  })

  for (const [name, writer, reason] of [
    ['a password that is not there', auth('password').flag(false), 'truncated'],
    ['a password and more', auth('password').flag(false).string('a').byte(0), 'trailing-bytes'],
    ['none, and more', auth('none').byte(0), 'trailing-bytes'],
    ['no user', new WireWriter(messageNumber.userauthRequest), 'truncated'],
  ] as const) {
    test(`with ${name}: ${reason}`, () => {
      assert.deepEqual(parseAuthRequest(writer.bytes()), { state: 'malformed', reason })
    })
  }
})

describe('answers to questions', () => {
  const response = (count: number) => new WireWriter(messageNumber.infoResponse).uint32(count)

  test('are kept in order, empty ones as well', () => {
    assert.deepEqual(parseInfoResponse(written(response(2).string('').string('a\0b'))), {
      state: 'read',
      message: [bytes(''), bytes('a\0b')],
    })
  })

  test('may be a hundred and no more', () => {
    const hundred = response(maxAnswers)
    for (let i = 0; i < maxAnswers; i++) hundred.string('')
    assert.equal((parseInfoResponse(hundred.bytes()) as { state: string }).state, 'read')
    assert.equal(parseInfoResponse(response(maxAnswers + 1).bytes()), 'too-many')
    assert.equal(parseInfoResponse(response(0xffff_ffff).bytes()), 'too-many')
  })
})

describe('a channel', () => {
  const purpose = (writer: WireWriter) => {
    const parsed = parseChannelOpen(written(writer))
    assert(parsed.state === 'read', JSON.stringify(parsed))
    const { sender, windowBytes, maxPacketBytes } = parsed.message
    assert.deepEqual([sender, windowBytes, maxPacketBytes], [3, 2_097_152, 32_768])
    return parsed.message.purpose
  }
  const tcpip = (type: string) => open(type).string('mx.example').uint32(25).string('10.0.0.1').uint32(70_000)

  for (const [name, writer, expected] of [
    ['for a session', open('session'), { type: 'session' }],
    [
      'to a mail server',
      tcpip('direct-tcpip'),
      {
        type: 'direct-tcpip',
        host: bytes('mx.example'),
        port: 25,
        originHost: bytes('10.0.0.1'),
        originPort: 70_000,
      },
    ],
    [
      'from a port',
      tcpip('forwarded-tcpip'),
      {
        type: 'forwarded-tcpip',
        host: bytes('mx.example'),
        port: 25,
        originHost: bytes('10.0.0.1'),
        originPort: 70_000,
      },
    ],
    [
      'from a display',
      open('x11').string('::1').uint32(6000),
      { type: 'x11', originHost: bytes('::1'), originPort: 6000 },
    ],
    [
      'to a socket',
      open('direct-streamlocal@openssh.com').string('/run/docker.sock').string('').uint32(0),
      { type: 'direct-streamlocal@openssh.com', path: bytes('/run/docker.sock') },
    ],
    [
      'of another type',
      open('tun@openssh.com').uint32(1),
      { type: 'other', name: 'tun@openssh.com', fields: bytes('\0\0\0\x01') },
    ],
  ] as const) {
    test(`${name} is opened`, () => {
      assert.deepEqual(purpose(writer), expected)
    })
  }

  test('to half an address: truncated', () => {
    const parsed = parseChannelOpen(open('direct-tcpip').string('mx.example').bytes())
    assert.deepEqual(parsed, { state: 'malformed', reason: 'truncated' })
  })

  test('is confirmed or refused, by either side', () => {
    assert.deepEqual(parseOpenAnswer(writeOpenConfirmation(3, 0, 65_536, 32_768)), {
      state: 'read',
      message: { opened: true, recipient: 3, sender: 0, windowBytes: 65_536, maxPacketBytes: 32_768 },
    })
    const refused = parseOpenAnswer(
      new Uint8Array(writeOpenFailure(3, openFailure.connectFailed, 'Connection refused')),
    )
    assert.deepEqual(refused, {
      state: 'read',
      message: { opened: false, recipient: 3, code: 2, text: bytes('Connection refused') },
    })
    const target = { host: bytes('::'), port: 8080, originHost: bytes('192.0.2.1'), originPort: 4000 }
    const offered = parseChannelOpen(new Uint8Array(writeForwardedOpen(1, 2, 3, target)))
    assert(offered.state === 'read')
    assert.deepEqual(offered.message.purpose, { type: 'forwarded-tcpip', ...target })
  })

  test('carries data both ways', () => {
    const data = bytes('\0\r\n')
    assert.deepEqual(parseChannelData(new Uint8Array(writeChannelData(1, data))), {
      state: 'read',
      message: { recipient: 1, data },
    })
    assert.deepEqual(parseExtendedData(new Uint8Array(writeExtendedData(1, 1, data))), {
      state: 'read',
      message: { recipient: 1, kind: 1, data },
    })
    assert.deepEqual(parseWindowAdjust(writeWindowAdjust(1, 0xffff_ffff)), {
      state: 'read',
      message: { recipient: 1, bytes: 0xffff_ffff },
    })
    assert.deepEqual(parseChannelSignal(writeChannelSignal(7, 'channelEof'), 'channelEof'), {
      state: 'read',
      message: 7,
    })
    assert.deepEqual(parseChannelSignal(writeChannelSignal(7, 'channelEof'), 'channelClose'), {
      state: 'malformed',
      reason: 'wrong-type',
    })
  })
})

describe("a channel's request", () => {
  const size = { columns: 80, rows: 24, widthPixels: 640, heightPixels: 480 }
  const sized = (writer: WireWriter) => writer.uint32(80).uint32(24).uint32(640).uint32(480)
  for (const [writer, expected] of [
    [
      sized(request('pty-req').string('xterm')).string(
        Uint8Array.of(128, 0, 0, 0x25, 0x80, 1, 0, 0, 0, 3, 0),
      ),
      {
        type: 'pty-req',
        terminal: bytes('xterm'),
        ...size,
        modes: [
          { opcode: 128, value: 9600 },
          { opcode: 1, value: 3 },
        ],
      },
    ],
    [sized(request('window-change')), { type: 'window-change', ...size }],
    [request('env').string('LANG').string('C'), { type: 'env', name: bytes('LANG'), value: bytes('C') }],
    [request('shell'), { type: 'shell' }],
    [request('exec').string('uname -a'), { type: 'exec', command: bytes('uname -a') }],
    [request('subsystem').string('sftp'), { type: 'subsystem', name: bytes('sftp') }],
    [request('signal').string('INT'), { type: 'signal', name: bytes('INT') }],
    [request('break').uint32(500), { type: 'break', lengthMs: 500 }],
    [request('auth-agent-req@openssh.com'), { type: 'auth-agent-req@openssh.com' }],
    [
      request('x11-req').flag(false).string('MIT-MAGIC-COOKIE-1').string('00').uint32(0),
      {
        type: 'x11-req',
        single: false,
        protocol: bytes('MIT-MAGIC-COOKIE-1'),
        cookie: bytes('00'),
        screen: 0,
      },
    ],
    [
      request('winadj@putty.projects.tartarus.org'),
      { type: 'other', name: 'winadj@putty.projects.tartarus.org', fields: bytes('') },
    ],
  ] as const) {
    test(`${expected.type} is read`, () => {
      assert.deepEqual(parseChannelRequest(written(writer)), {
        state: 'read',
        message: { recipient: 0, wantReply: true, request: expected },
      })
    })
  }

  test("has a terminal's modes up to where they make sense", () => {
    const modes = (encoded: Uint8Array) => {
      const parsed = parseChannelRequest(sized(request('pty-req').string('')).string(encoded).bytes())
      assert(parsed.state === 'read' && parsed.message.request.type === 'pty-req')
      return parsed.message.request.modes.length
    }
    assert.equal(modes(new Uint8Array()), 0)
    assert.equal(modes(Uint8Array.of(1, 0, 0)), 0)
    assert.equal(modes(Uint8Array.of(160, 0, 0, 0, 0)), 0)
    assert.equal(modes(new Uint8Array(5 * 1000).fill(1)), 256)
  })
})

describe('a global request', () => {
  for (const [writer, expected] of [
    [global('tcpip-forward').string('').uint32(25), { type: 'tcpip-forward', host: bytes(''), port: 25 }],
    [
      global('cancel-tcpip-forward').string('::').uint32(25),
      { type: 'cancel-tcpip-forward', host: bytes('::'), port: 25 },
    ],
    [
      global('streamlocal-forward@openssh.com').string('/tmp/s'),
      { type: 'streamlocal-forward@openssh.com', path: bytes('/tmp/s') },
    ],
    [global('keepalive@openssh.com'), { type: 'keepalive@openssh.com' }],
    [global('no-more-sessions@openssh.com'), { type: 'no-more-sessions@openssh.com' }],
    [
      global('hostkeys-prove-00@openssh.com').string('a').string('b'),
      { type: 'hostkeys-prove-00@openssh.com', blobs: [bytes('a'), bytes('b')] },
    ],
    [
      global('keepalive@lag.net').byte(1),
      { type: 'other', name: 'keepalive@lag.net', fields: bytes('\x01') },
    ],
  ] as const) {
    test(`${'name' in expected ? expected.name : expected.type} is read`, () => {
      assert.deepEqual(parseGlobalRequest(written(writer)), {
        state: 'read',
        message: { wantReply: true, request: expected },
      })
    })
  }
})

describe("the transport's messages", () => {
  test('say goodbye, with a language or without', () => {
    const goodbye = { state: 'read', message: { code: 11, text: bytes('disconnected by user') } }
    assert.deepEqual(parseDisconnect(new Uint8Array(writeDisconnect(11, 'disconnected by user'))), goodbye)
    assert.deepEqual(
      parseDisconnect(
        written(new WireWriter(messageNumber.disconnect).uint32(11).string('disconnected by user')),
      ),
      goodbye,
    )
  })

  test('are read as they were written', () => {
    assert.deepEqual(parseDebug(new Uint8Array(writeDebug(true, 'x'))), {
      state: 'read',
      message: { alwaysDisplay: true, text: bytes('x') },
    })
    assert.deepEqual(parseIgnore(written(new WireWriter(messageNumber.ignore).string('x'))), {
      state: 'read',
      message: bytes('x'),
    })
    assert.deepEqual(parseNewKeys(writeNewKeys()), { state: 'read', message: true })
    assert.deepEqual(
      parseServiceRequest(written(new WireWriter(messageNumber.serviceRequest).string('ssh-userauth'))),
      {
        state: 'read',
        message: 'ssh-userauth',
      },
    )
  })

  test('announce extensions', () => {
    const extensions = writeExtInfo([
      ['server-sig-algs', 'ssh-ed25519'],
      ['publickey-hostbound@openssh.com', '0'],
    ])
    assert.deepEqual(parseExtInfo(new Uint8Array(extensions)), {
      state: 'read',
      message: [
        { name: 'server-sig-algs', value: bytes('ssh-ed25519') },
        { name: 'publickey-hostbound@openssh.com', value: bytes('0') },
      ],
    })
    const many = new WireWriter(messageNumber.extInfo).uint32(0xffff_ffff).bytes()
    assert.deepEqual(parseExtInfo(many), { state: 'malformed', reason: 'truncated' })
  })
})

describe('what the server says is what the RFCs say', () => {
  for (const [name, message, hex] of [
    ['service accepted', writeServiceAccept('ssh-userauth'), '060000000c7373682d7573657261757468'],
    ['not understood', writeUnimplemented(3), '0300000003'],
    [
      'login failed',
      writeAuthFailure(['publickey', 'password'], false),
      '33000000127075626c69636b65792c70617373776f726400',
    ],
    ['login succeeded', writeAuthSuccess(), '34'],
    ['a banner', writeAuthBanner('hi\n'), '350000000368690a00000000'],
    [
      'a key would do',
      writePublicKeyOk('ssh-ed25519', bytes('b')),
      '3c0000000b7373682d656432353531390000000162',
    ],
    [
      'a question',
      writeInfoRequest('', '', [{ prompt: 'Password: ', echo: false }]),
      '3c000000000000000000000000000000010000000a50617373776f72643a2000',
    ],
    ['request granted', writeRequestSuccess(Uint8Array.of(0, 0, 0x1f, 0x90)), '5100001f90'],
    ['request refused', writeRequestFailure(), '52'],
    [
      'host keys',
      writeHostKeys([bytes('k')]),
      '5000000017686f73746b6579732d3030406f70656e7373682e636f6d00000000016b',
    ],
    ['still there?', writeKeepalive(), '50000000156b656570616c697665406f70656e7373682e636f6d01'],
    ['exit code', writeExitStatus(2, 127), '62000000020000000b657869742d737461747573000000007f'],
    [
      'ended by a signal',
      writeExitSignal(2, 'KILL', false),
      '62000000020000000b657869742d7369676e616c00000000044b494c4c000000000000000000',
    ],
    ['no more is written', writeEndOfWrite(2), '62000000020000000f656f77406f70656e7373682e636f6d00'],
  ] as const) {
    test(name, () => {
      assert.equal(Buffer.from(message).toString('hex'), hex)
    })
  }
})

test('no message of random bytes throws in any reader', () => {
  const readers = [
    parseAuthRequest,
    parseInfoResponse,
    parseChannelOpen,
    parseOpenAnswer,
    parseChannelData,
    parseExtendedData,
    parseWindowAdjust,
    parseChannelRequest,
    parseGlobalRequest,
    parseDisconnect,
    parseDebug,
    parseIgnore,
    parseServiceRequest,
    parseExtInfo,
  ]
  const names = fc.constantFrom(
    'password',
    'publickey',
    'session',
    'direct-tcpip',
    'pty-req',
    'tcpip-forward',
    'x11-req',
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), names, fc.nat(3), (tail, name, numbers) => {
      for (const type of Object.values(messageNumber)) {
        const named = new WireWriter(type)
        for (let i = 0; i < numbers; i++) named.string(name)
        for (const payload of [Uint8Array.of(type, ...tail), written(named.string(name).raw(tail))]) {
          for (const read of readers) read(payload)
        }
      }
    }),
  )
})

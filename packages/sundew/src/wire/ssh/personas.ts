import type { KexLists } from './kex/kex-init.ts'
import { openSshPacketLimits, type PacketLimits } from './packet-limits.ts'

/** What a real server of some kind says before anybody is logged in. */
export interface SshPersona {
  /** Its first line, without CR LF. */
  readonly identification: string
  /** Its KEXINIT's lists, with a host key of each of `hostKeyTypes`. */
  readonly lists: KexLists
  /** The types of its host keys in the order of its list, as the keys themselves name them. */
  readonly hostKeyTypes: readonly string[]
  /** What it announces in EXT_INFO (RFC 8308) to clients that want it: names and values, in its order. */
  readonly extensions: readonly (readonly [name: string, value: string])[]
  readonly packetLimits: PacketLimits
}

/** Debian 12's sshd as it was recorded from a real one, 1:9.2p1-2+deb12u10 with Debian's settings (testdata/ssh). */
const openSsh92: SshPersona = {
  identification: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10',
  lists: openSshLists(
    ['sntrup761x25519-sha512', 'sntrup761x25519-sha512@openssh.com'],
    ['rsa-sha2-512', 'rsa-sha2-256', 'ecdsa-sha2-nistp256', 'ssh-ed25519'],
  ),
  hostKeyTypes: ['ssh-rsa', 'ecdsa-sha2-nistp256', 'ssh-ed25519'],
  extensions: [
    [
      'server-sig-algs',
      'ssh-ed25519,sk-ssh-ed25519@openssh.com,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ecdsa-sha2-nistp256@openssh.com,webauthn-sk-ecdsa-sha2-nistp256@openssh.com,ssh-dss,ssh-rsa,rsa-sha2-256,rsa-sha2-512',
    ],
    ['publickey-hostbound@openssh.com', '0'],
  ],
  packetLimits: openSshPacketLimits,
}

/**
 * Debian 11's sshd, 1:8.4p1-5+deb11u3. Not recorded: its lists are the defaults that OpenSSH 8.4's sshd_config(5) and source give, in their order, with
 * the `kex-strict-s-v00@openssh.com` that Debian's security update DSA-5586-1 appended; the order of server-sig-algs is the one of that version's
 * key types.
 */
const openSsh84: SshPersona = {
  identification: 'SSH-2.0-OpenSSH_8.4p1 Debian-5+deb11u3',
  lists: openSshLists([], ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ssh-ed25519']),
  hostKeyTypes: ['ssh-rsa', 'ecdsa-sha2-nistp256', 'ssh-ed25519'],
  extensions: [
    [
      'server-sig-algs',
      'ssh-ed25519,sk-ssh-ed25519@openssh.com,ssh-rsa,rsa-sha2-256,rsa-sha2-512,ssh-dss,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ecdsa-sha2-nistp256@openssh.com,webauthn-sk-ecdsa-sha2-nistp256@openssh.com',
    ],
  ],
  packetLimits: openSshPacketLimits,
}

/** Debian 12's Dropbear as it was recorded from a real one, 2022.83-1+deb12u3 with keys of three types (testdata/ssh). */
const dropbear2022: SshPersona = {
  identification: 'SSH-2.0-dropbear_2022.83',
  lists: symmetric({
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp521',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp256',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group14-sha1',
      'kexguess2@matt.ucc.asn.au',
      'kex-strict-s-v00@openssh.com',
    ],
    hostKey: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-256', 'ssh-rsa'],
    ciphers: ['chacha20-poly1305@openssh.com', 'aes128-ctr', 'aes256-ctr'],
    macs: ['hmac-sha1', 'hmac-sha2-256'],
    compression: ['zlib@openssh.com', 'none'],
  }),
  hostKeyTypes: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'],
  extensions: [
    [
      'server-sig-algs',
      'ssh-ed25519,sk-ssh-ed25519@openssh.com,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-256,ssh-rsa,ssh-dss',
    ],
  ],
  // Dropbear's RECV_MAX_PACKET_LEN; it counts the length field and the tag as well.
  packetLimits: { minPacketBytes: 5, maxPacketBytes: 35_000, maxType: 255, minPaddingBytes: 0 },
}

/** The personas by their names in the configuration. */
export const sshPersonas = {
  'openssh-9.2p1-debian-12': openSsh92,
  'openssh-8.4p1-debian-11': openSsh84,
  'dropbear-2022.83': dropbear2022,
} as const

/** What OpenSSH 8.4 to 9.2 have in common. */
function openSshLists(firstMethods: readonly string[], hostKey: readonly string[]): KexLists {
  return symmetric({
    kex: [
      ...firstMethods,
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
      'diffie-hellman-group14-sha256',
      'kex-strict-s-v00@openssh.com',
    ],
    hostKey,
    ciphers: [
      'chacha20-poly1305@openssh.com',
      'aes128-ctr',
      'aes192-ctr',
      'aes256-ctr',
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
    ],
    macs: [
      'umac-64-etm@openssh.com',
      'umac-128-etm@openssh.com',
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha1-etm@openssh.com',
      'umac-64@openssh.com',
      'umac-128@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
      'hmac-sha1',
    ],
    compression: ['none', 'zlib@openssh.com'],
  })
}

/** Lists that are the same in both directions, without languages. */
function symmetric(one: {
  readonly kex: readonly string[]
  readonly hostKey: readonly string[]
  readonly ciphers: readonly string[]
  readonly macs: readonly string[]
  readonly compression: readonly string[]
}): KexLists {
  return {
    kex: one.kex,
    hostKey: one.hostKey,
    cipherToServer: one.ciphers,
    cipherToClient: one.ciphers,
    macToServer: one.macs,
    macToClient: one.macs,
    compressionToServer: one.compression,
    compressionToClient: one.compression,
    languageToServer: [],
    languageToClient: [],
  }
}

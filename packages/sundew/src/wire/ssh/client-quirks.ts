/** What an SSH server of OpenSSH's leaves out for clients that are known to have trouble with it (compat.c). */
export interface ClientQuirks {
  /** A method of key exchange is not offered. */
  readonly withholds: (method: string) => boolean
  /** Host keys are not told after the login. */
  readonly noHostKeys: boolean
}

/** What `software`, the client's version after `SSH-2.0-`, asks for by its name. */
export function clientQuirks(software: string): ClientQuirks {
  if (/^OpenSSH_6\.(?:5|6(?!\.1))/.test(software))
    return { withholds: (method) => method === 'curve25519-sha256@libssh.org', noHostKeys: false }
  if (noGroupExchange.some((pattern) => pattern.test(software)))
    return { withholds: (method) => method.startsWith('diffie-hellman-group-exchange-'), noHostKeys: false }
  return { withholds: () => false, noHostKeys: noHostKeys.some((pattern) => pattern.test(software)) }
}

const noGroupExchange: readonly RegExp[] = [
  /^PuTTY_Local:/,
  /^PuTTY[-_]Release[-_]0\.5/,
  /^PuTTY_Release_0\.6[0-4]/,
  /^FuTTY/,
  /^WinSCP_release_4/,
  /^WinSCP_release_5\.0/,
  /^WinSCP_release_5\.(?:1|5|6)(?:\..*)?$/,
  /^WinSCP_release_5\.7(?:\.[1-4])?$/,
]

const noHostKeys: readonly RegExp[] = [/^Cisco-1\./, /^TeraTerm SSH/, /^TTSSH\/(?:1\.5\.|2\.[1-6]|2\.7[0-2])/]
